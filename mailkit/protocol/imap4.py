"""The classic classes: `(typ, [data, …])` for every command, over TCP, TLS, or a child process."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Sequence
from socket import socket as Socket  # noqa: N812  # a method is called socket
from ssl import SSLContext
from typing import BinaryIO

from mailkit.protocol.child import spawn
from mailkit.protocol.classic.authentication import Authentication
from mailkit.protocol.classic.connection import IMAP4_PORT
from mailkit.protocol.classic.functions import Int2AP, Internaldate2tuple, ParseFlags, Time2Internaldate
from mailkit.protocol.classic.idler import Idler
from mailkit.protocol.classic.mailboxes import Mailboxes
from mailkit.protocol.classic.messages import Messages
from mailkit.protocol.classic.states import Commands
from mailkit.protocol.complete import complete
from mailkit.protocol.session import Session
from mailkit.protocol.tls import verified_context

__all__ = [
    "Commands",
    "IMAP4",
    "IMAP4_PORT",
    "IMAP4_SSL",
    "IMAP4_SSL_PORT",
    "IMAP4_session",
    "IMAP4_stream",
    "Idler",
    "Int2AP",
    "Internaldate2tuple",
    "ParseFlags",
    "Time2Internaldate",
]

IMAP4_SSL_PORT = 993

_PATIENCE = 5.0


class IMAP4(Authentication, Mailboxes, Messages):
    r"""A connection to an IMAP server; it connects when it is made, and reads the greeting.

    Every command is a method of its name, in lower or upper case, and gives `(typ, data)`: `typ` is mostly "OK" or
    "NO"; data is a list of what the server sent for it, octets or `(octets, literal)`, or None where there was nothing,
    else of the words of the tagged response.

    Arguments may be text, octets or numbers. One with characters that mean something in the protocol is quoted, unless
    it is in double quotes or parentheses already: `r"(\Deleted)"`. CR, LF and NUL raise `error`, and nothing is sent.

    `error` is any fault, `abort` says that the connection is of no more use, `readonly` that the mailbox is read-only.
    An empty host is this machine. `timeout` is in seconds, for connecting and for every read and write; None is the
    global default of sockets. In a `with` statement it logs out at the end.
    """


class IMAP4_SSL(IMAP4):  # noqa: N801  # the classic name
    """`IMAP4` over TLS from the first octet, with certificate and host name verified unless `ssl_context` says else.

    `certfile` and `keyfile` name PEM files with a certificate of our own and its key; a context that has loaded them
    is the better way, and takes no such files beside it.
    """

    def __init__(  # noqa: PLR0917  # programs pass them by position
        self,
        host: str = "",
        port: int = IMAP4_SSL_PORT,
        keyfile: str | None = None,
        certfile: str | None = None,
        ssl_context: SSLContext | None = None,
        timeout: float | None = None,
    ) -> None:
        if keyfile is not None or certfile is not None:
            if ssl_context is not None:
                raise ValueError("ssl_context and keyfile or certfile arguments are mutually exclusive")
            if certfile is None:
                raise ValueError("certfile must be specified")
            message = "keyfile and certfile are deprecated, use a custom ssl_context instead"
            warnings.warn(message, DeprecationWarning, 2)
        self.keyfile = keyfile
        self.certfile = certfile
        self.ssl_context: SSLContext = verified_context() if ssl_context is None else ssl_context
        if certfile is not None:
            self.ssl_context.load_cert_chain(certfile, keyfile)
        super().__init__(host, port, timeout)

    def open(self, host: str = "", port: int = IMAP4_SSL_PORT, timeout: float | None = None) -> None:
        """Connect by TLS; as `IMAP4.open` otherwise."""
        super().open(host, port, timeout)

    def ssl(self) -> Socket:
        """The TLS socket."""
        return self.sock

    def _create_socket(self, timeout: float | None) -> Socket:
        plain = super()._create_socket(timeout)
        return self.ssl_context.wrap_socket(plain, server_hostname=self.host or "localhost")


class IMAP4_session(IMAP4):  # noqa: N801  # by its sisters
    """`IMAP4` on a session that somebody has opened, on the network for threads: it begins where that one stands.

    Reading and writing, timeouts and limits are the session's: `open`, `read`, `readline`, `send`, and `debug` over 3
    mean nothing here. `logout` and `shutdown` close the session.
    """

    host: str | None
    port: int | None

    def __init__(self, session: Session) -> None:
        self._lent = session
        super().__init__()

    def open(self, host: str = "", port: int = IMAP4_PORT, timeout: float | None = None) -> None:
        """The session is open already."""
        self.host = self.port = None

    def shutdown(self) -> None:
        """Close the session."""
        complete(self._lent.close())

    def _session(self) -> Session:
        return self._lent


class IMAP4_stream(IMAP4):  # noqa: N801  # the classic name
    """`IMAP4` with a child process, on its standard input and output.

    A string is run by the shell, with all that this means; a list of arguments is not.
    """

    host: str | None
    port: int | None
    sock: Socket
    file: BinaryIO
    process: subprocess.Popen[bytes]
    readfile: BinaryIO
    writefile: BinaryIO

    def __init__(self, command: str | Sequence[str]) -> None:
        self.command = command
        super().__init__()

    def open(self, host: str | None = None, port: int | None = None, timeout: float | None = None) -> None:
        """Start the child process; the arguments mean nothing here."""
        self.host = None
        self.port = None
        is_line = isinstance(self.command, str)
        self.sock, self.process = spawn(
            [self.command] if isinstance(self.command, str) else self.command, shell=is_line
        )
        self.file = self.readfile = self.sock.makefile("rb")
        self.writefile = self.sock.makefile("wb")

    def shutdown(self) -> None:
        """Close the child's input and output and wait for its end."""
        self.writefile.close()
        super().shutdown()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
