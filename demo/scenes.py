"""What is shown on the embedded server, where things may be changed. The body of each function is what the reader sees.

Lines are at most 80 columns wide, so that a narrow terminal shows all of them.
"""

from __future__ import annotations

import asyncio
import re
from datetime import date
from tempfile import TemporaryDirectory

from demo.server import EmbeddedServer
from demo.stage import Row, Scene
from mailkit import Account, AsyncAccount, Flag, From, LargerThan, MailkitError, Security, Seen, Subject


def connecting(server: EmbeddedServer, row: Row) -> None:
    """A URL imaps:// is TLS, imap:// is STARTTLS, and both verify the certificate. This server has none: it is
    on the same machine, and plaintext has to be said aloud."""
    plain, password = Security.PLAINTEXT, server.password
    account = Account.connect(server.url, credentials=password, security=plain)
    with account:
        capabilities = account.capabilities
    for name in ("IMAP4rev1", "IDLE", "MOVE", "UIDPLUS", "SORT"):
        row(name, name in capabilities)


def folders(account: Account, row: Row) -> None:
    """All mailboxes with their counts: in one round trip where the server offers LIST-STATUS; where not, the STATUS
    commands go out together, and their answers are waited for once."""
    for mailbox in account.mailboxes(with_status=("messages", "unseen")):
        if status := mailbox.last_status:
            row(mailbox.name, status.messages, status.unseen)


def from_ldj(account: Account, row: Row) -> None:
    """The main job: the server searches, and only what is shown is fetched, many messages a command."""
    ldj = account.mailbox("INBOX").messages.where(from_="LDJ")
    for message in ldj[-8:]:
        row(message.date, message.subject, message.flags, message.size)


def composed(account: Account, row: Row) -> None:
    """Criteria are objects; & | ~ join them, and a type checker knows them. Any script is searched as it is typed."""
    wanted = From("LDJ") & ~Seen() | Subject("Zdjęcie") | LargerThan(2_040)
    recent = account.inbox.messages.where(wanted, since=date(2026, 10, 1))
    for message in recent:
        row(message.uid, message.from_, message.subject, message.flags)


def explained(account: Account, row: Row) -> None:
    """What a selection will do can be read before it is done: what the server is asked, what is left to do here."""
    reports = account.inbox.messages.where(from_="LDJ", filename="curve.png")
    for line in str(reports.explain()).splitlines():
        row(line)


def conversations(account: Account, row: Row) -> None:
    """Who answered whom. The server threads where it can; this one cannot, so it is done here, as RFC 5256 says."""
    gauge = account.inbox.messages.where(subject="Gauge 4")
    for thread in gauge.threads():
        for depth, node in thread.levels():
            if node.message:
                row(node.message.date, "→ " * depth + node.message.subject)


def harmless(account: Account, row: Row) -> None:
    """Text is a value and never a part of the command: this searches for a strange subject, and nothing else."""
    for subject in ('a" OR ALL', "\r\nA1 LOGOUT\r\n", "Café"):
        found = account.inbox.messages.where(subject=subject)
        row(repr(subject), found.count())


def reading(account: Account, row: Row) -> None:
    """The structure tells which parts are text, and only those are fetched. Reading marks nothing as seen."""
    unread = account.mailbox("Newsletters").messages.where(seen=False)
    letter = unread.prefetch("structure").last()
    if letter:
        row("subject", letter.subject)
        row("text", letter.text())
        row("html", letter.html())
    row("unread", unread.count())


def attachments(account: Account, row: Row) -> None:
    """IMAP cannot search for file names: that is finished here, on the structures of what the server left over. A
    saved file has a safe name, and none is ever overwritten."""
    table = re.compile(r"\.csv$")
    reports = account.inbox.messages.where(from_="LDJ", filename=table)
    with TemporaryDirectory() as folder:
        for message in reports.prefetch("structure")[-3:]:
            for attachment in message.attachments():
                path = attachment.save(folder)
                size = path.stat().st_size
                row(message.uid, attachment.content_type, size, path.name)


def flags(account: Account, row: Row) -> None:
    """A verb on a selection is one command, however many messages it has."""
    reports = account.inbox.messages.where(subject="Tide report")
    unseen, flagged = reports.where(seen=False), reports.where(flagged=True)
    row("before", unseen.count(), flagged.count())
    reports[-4:].add_flags(Flag.FLAGGED)
    reports.mark_seen()
    row("after", unseen.count(), flagged.count())


async def at_once(account: AsyncAccount, row: Row) -> None:
    """The same names with `await`. An account has at most four connections, and hands each mailbox one of them."""

    async def unread(name: str) -> int:
        return await account.mailbox(name).messages.where(seen=False).count()

    names = ("INBOX", "Newsletters", "Projects/Tidewatch")
    counts = await asyncio.gather(*(unread(name) for name in names))
    for name, count in zip(names, counts, strict=True):
        row(name, count)


def moved(account: Account, row: Row) -> None:
    """Every verb that changes something can be tried with dry_run=True, which does nothing and gives a plan."""
    old = account.inbox.messages.where(before=date(2026, 6, 10))
    plan = old.move_to("Archive/2026", dry_run=True)
    row("would move", plan.uids)
    row("by sending", *plan.commands)
    done = old.move_to("Archive/2026")
    row("moved, UIDs", done.mapping)


def errors(account: Account, row: Row) -> None:
    """An error says by its class what happened, and in words what to do; the connection is as good as before."""
    for name in ("Atlantis", "INBOX"):
        try:
            row(name, account.mailbox(name).messages.count())
        except MailkitError as error:
            row(name, f"{type(error).__name__}: {error}")


CONNECTING = Scene("Connect", ("capability", "offered"), connecting)
SCENES = (
    Scene("Folders", ("mailbox", "messages", "unseen"), folders),
    Scene("What did LDJ write?", ("date", "subject", "flags", "size"), from_ldj),
    Scene("A composed query", ("uid", "from", "subject", "flags"), composed),
    Scene("Explained before it is done", ("explain()",), explained),
    Scene("Conversations", ("date", "subject"), conversations),
    Scene("Strange text is harmless", ("subject", "found"), harmless),
    Scene("Reading", ("", "in the newest unread letter"), reading),
    Scene("Attachments, saved", ("uid", "type", "size", "saved as"), attachments),
    Scene("Flags, changed", ("", "unseen", "flagged"), flags),
    Scene("Moved, after a look at the plan", ("", "messages of the INBOX"), moved),
    Scene("Errors", ("mailbox", "outcome"), errors),
)
AT_ONCE = Scene("Three mailboxes at once, with asyncio", ("mailbox", "unread"), at_once)
