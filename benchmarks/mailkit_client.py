"""mailkit at work, by its public names alone, as a user would write it: `mailkit_client.py WORKLOAD HOST PORT [--tls]`.

Prints sums of what it got as one line of JSON, by which the results of different clients can be compared.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from mailkit import Account, Security

if TYPE_CHECKING:
    from pathlib import Path

Sums = dict[str, object]

BOXES = [f"box{number:02}" for number in range(50)]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FAR_UIDS = range(7, 20001, 100)
SCANNED, MANY, LARGE = "huge", "bulk", "big"


def scan(account: Account) -> Sums:
    """W1: every message of a mailbox, as a list of mail shows it."""
    count = uids = size = seen = flags = received = subject = author = ids = sent = to = 0
    for message in account.mailbox(SCANNED).messages:
        envelope = message.envelope
        count += 1
        uids += message.uid
        size += message.size
        seen += message.flags.seen
        flags += len(message.flags)
        received += _seconds(message.internal_date)
        subject += len(envelope.subject)
        author += len(envelope.from_[0].mailbox) + len(envelope.from_[0].host)
        ids += len(envelope.message_id)
        sent += _seconds(envelope.date)
        to += len(envelope.to) + len(envelope.cc)
    return {
        "count": count, "uid": uids, "size": size, "seen": seen, "flags": flags, "idate": received, "subj": subject,
        "frm": author, "mid": ids, "sent": sent, "to": to, "subject": "decoded",
    }  # fmt: skip


def drain(account: Account, mailbox: str = MANY) -> Sums:
    """W2 and W3: every message as it is stored."""
    return _contents(message.raw() for message in account.mailbox(mailbox).messages.only("raw"))


def drain_large(account: Account) -> Sums:
    """W3"""
    return drain(account, LARGE)


def stream(account: Account) -> Sums:
    """W3s: large messages to files, as they arrive."""
    # Here and not above, as `ssl` below: what a workload does without shall not be part of its time.
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    count = size = crc = 0
    with tempfile.TemporaryDirectory(dir=os.environ.get("PERF_TMP")) as folder:
        for message in account.mailbox(LARGE).messages:
            path = message.save(Path(folder) / "message.eml")
            count += 1
            size += path.stat().st_size
            crc += _crc_of_file(path)
            path.unlink()
    return {"count": count, "bytes": size, "crc": crc}


def search_and_flag(account: Account) -> Sums:
    """W4: search, set a flag on what was found, take it off again."""
    asked = json.loads(os.environ["PERF_W4"])
    day, month, year = asked["since"].split("-")
    since = date(int(year), MONTHS.index(month) + 1, int(day))
    messages = account.mailbox(MANY).messages
    hits: list[int] = []
    uids = 0
    for sender in asked["from"]:
        found = messages.where(from_=sender, since=since, seen=False).uids()
        hits.append(len(found))
        uids += sum(found)
        chosen = messages.where(uid=found)
        chosen.add_flags("\\Flagged")
        chosen.remove_flags("\\Flagged")
    return {"hits": hits, "uid": uids}


def far_away(account: Account) -> Sums:
    """W5: fifty statuses one by one, and two hundred messages."""
    statuses = [account.mailbox(name).status("messages", "unseen") for name in BOXES]
    return _far_messages(account, [(status.messages or 0, status.unseen or 0) for status in statuses])


def far_away_at_best(account: Account) -> Sums:
    """W5p: the statuses by one listing."""
    listed = [box.last_status for box in account.mailboxes("box*", with_status=("messages", "unseen"))]
    return _far_messages(account, [(one.messages or 0, one.unseen or 0) for one in listed if one is not None])


def attachment_names(account: Account) -> Sums:
    """W6: what the attachments of all messages are called."""
    count = ascii_names = ascii_crc = other_names = other_crc = 0
    for message in account.mailbox(MANY).messages.only("structure"):
        count += 1
        for attachment in message.attachments():
            name = attachment.filename
            if name is None:
                continue
            if name.isascii():
                ascii_names += 1
                ascii_crc += zlib.crc32(name.encode())
            else:
                other_names += 1
                other_crc += zlib.crc32(name.encode())
    return {
        "count": count, "attachments": ascii_names + other_names, "ascii_names": ascii_names, "ascii_crc": ascii_crc,
        "other_names": other_names, "other_crc": other_crc,
    }  # fmt: skip


def append(account: Account, count: int = 2000) -> Sums:
    """W7: messages of 4 KiB into a mailbox."""
    account.mailbox(os.environ.get("PERF_SINK", "sink")).append_many(_message(number) for number in range(count))
    return {"count": count}


def append_far_away(account: Account) -> Sums:
    """W7L"""
    return append(account, 100)


def read(account: Account) -> Sums:
    """W8: five thousand messages as people read them, with their attachments."""
    count = subject = sent = text = attachments = octets = names = 0
    for message in account.mailbox(MANY).messages[:5000].only("envelope", "raw"):
        count += 1
        subject += len(message.subject)
        sent += _seconds(message.date)
        text += len((message.text() or message.html() or "").rstrip())
        for attachment in message.attachments():
            if attachment.filename is not None:
                attachments += 1
                octets += len(attachment.read())
                names += zlib.crc32(attachment.filename.encode("utf-8", "surrogateescape"))
    return {
        "count": count, "subj": subject, "sent": sent, "text": text, "attachments": attachments, "att_bytes": octets,
        "names_crc": names,
    }  # fmt: skip


WORKLOADS = {
    "W1": scan, "W2": drain, "W3": drain_large, "W3s": stream, "W4": search_and_flag, "W5": far_away,
    "W5p": far_away_at_best, "W6": attachment_names, "W7": append, "W7L": append_far_away, "W8": read,
}  # fmt: skip


def connect(host: str, port: int, *, tls: bool = False) -> Account:
    """An account on a server of one's own, whose certificate nobody vouches for."""
    context = None
    if tls:
        import ssl  # noqa: PLC0415

        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    security = Security.TLS if tls else Security.PLAINTEXT
    return Account.connect(host=host, port=port, user="u", credentials="p", security=security, ssl_context=context)


def _far_messages(account: Account, counts: list[tuple[int, int]]) -> Sums:
    chosen = account.mailbox(MANY).messages.where(uid=FAR_UIDS).only("raw")
    sums = _contents(message.raw() for message in chosen)
    return {"messages": sum(all_ for all_, _ in counts), "unseen": sum(unseen for _, unseen in counts), **sums}


def _contents(messages: Iterator[bytes]) -> Sums:
    count = size = crc = 0
    for raw in messages:
        count += 1
        size += len(raw)
        crc += zlib.crc32(raw)
    return {"count": count, "bytes": size, "crc": crc}


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment is not None else 0


def _crc_of_file(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            crc = zlib.crc32(chunk, crc)
    return crc


def _message(number: int, size: int = 4096) -> bytes:
    head = (
        "Date: Fri, 07 Jun 2024 10:00:00 +0000\r\nFrom: Bench <bench@example.org>\r\nTo: u@example.org\r\n"
        f"Subject: append {number}\r\nMessage-ID: <append{number}@example.org>\r\n\r\n"
    ).encode()
    return head + b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n" * ((size - len(head)) // 64)


def main() -> None:
    """Do the work that the command line names, and print its sums."""
    workload, host, port = sys.argv[1:4]
    run = WORKLOADS.get(workload)
    if run is None:
        print(json.dumps({"skip": True}))
        return
    with connect(host, int(port), tls="--tls" in sys.argv) as account:
        print(json.dumps(run(account)))


if __name__ == "__main__":
    main()
