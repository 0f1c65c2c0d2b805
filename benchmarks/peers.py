"""Other clients on the same work: `peers.py WORKLOAD HOST PORT raw|imaplib|imapclient`."""

from __future__ import annotations

import imaplib
import socket
import sys

_ITEMS = {"W1": "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)", "W2": "BODY.PEEK[]", "W6": "BODYSTRUCTURE"}
_BATCH = 500


def raw(workload: str, host: str, port: int) -> None:
    """The limit: send the commands, and look at nothing but the end of each answer."""
    with socket.create_connection((host, port)) as sock:
        sock.recv(4096)
        buffer = bytearray(1 << 18)
        for number, command in enumerate(("LOGIN u p", "EXAMINE huge", f"UID FETCH 1:* {_ITEMS[workload]}")):
            sock.sendall(f"a{number} {command}\r\n".encode())
            needle, tail = f"a{number} OK".encode(), b""
            while needle not in tail:
                tail = tail[-64:] + bytes(buffer[: sock.recv_into(buffer)])[-256:]


def with_imaplib(workload: str, host: str, port: int) -> None:
    """The standard library's: lines and literals, unread."""
    client = imaplib.IMAP4(host, port)
    client.login("u", "p")
    client.select("huge", readonly=True)
    client.uid("FETCH", "1:*", _ITEMS[workload])
    client.logout()


def with_imapclient(workload: str, host: str, port: int) -> None:
    """IMAPClient, by hand in batches, since it gives whole lists."""
    from imapclient import IMAPClient  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415  # optional

    client = IMAPClient(host, port, ssl=False)
    client.login("u", "p")
    client.select_folder("huge", readonly=True)
    uids = client.search("ALL")
    for first in range(0, len(uids), _BATCH):
        client.fetch(uids[first : first + _BATCH], _ITEMS[workload].strip("()").split(" "))
    client.logout()


if __name__ == "__main__":
    _workload, _host, _port, _name = sys.argv[1:5]
    {"raw": raw, "imaplib": with_imaplib, "imapclient": with_imapclient}[_name](_workload, _host, int(_port))
