"""Mailboxes as wholes: their names, messages added to them, rights, quotas and annotations."""

from __future__ import annotations

import re
import time
from datetime import datetime

from mailkit.protocol.classic.aliases import upper
from mailkit.protocol.classic.arguments import (
    Argument,
    Literal,
    Utf8Message,
    Word,
    listed,
    name,
    string,
    word,
)
from mailkit.protocol.classic.connection import Connection
from mailkit.protocol.classic.failures import translated
from mailkit.protocol.classic.functions import Time2Internaldate, TimeTuple
from mailkit.protocol.classic.rows import Lists, Rows, Text

_LINE_END = re.compile(rb"\r\n|\r|\n")


class Mailboxes(Connection):
    """Commands about mailboxes as wholes."""

    def append(
        self,
        mailbox: Argument | None,
        flags: str | bytes | None,
        date_time: float | time.struct_time | TimeTuple | datetime | str | None,
        message: bytes,
    ) -> tuple[str, Text]:
        """Add a message to a mailbox, INBOX where it is empty or None (RFC 9051 §6.3.12).

        Every line end of the message becomes CRLF. With UTF8=ACCEPT a message whose header is not ASCII goes as RFC
        6855 wants it; one with NUL needs a server with BINARY.
        """
        octets = _LINE_END.sub(b"\r\n", message)
        header = octets.partition(b"\r\n\r\n")[0]
        is_utf8 = self.utf8_enabled and not header.isascii()
        moment = Time2Internaldate(date_time) if date_time else None  # its ValueError is meant for the program
        with translated("APPEND"):
            words = [name(mailbox or "INBOX", self._encoding)]
            if flags or is_utf8:
                # Courier 5.0 wants flags, if only none, before UTF8.
                words.append(listed(flags or "()", self._encoding))
            if moment is not None:
                words.append(word(moment))
            is_binary = b"\0" in octets and "BINARY" in self.capabilities
            words.append(Utf8Message(octets) if is_utf8 else Literal(octets, is_binary=is_binary))
        return self._command("APPEND", *words)

    def create(self, mailbox: Argument) -> tuple[str, Text]:
        """Create a mailbox (RFC 9051 §6.3.4)."""
        return self._named("CREATE", mailbox)

    def delete(self, mailbox: Argument) -> tuple[str, Text]:
        """Delete a mailbox and its messages (RFC 9051 §6.3.5)."""
        return self._named("DELETE", mailbox)

    def rename(self, oldmailbox: Argument, newmailbox: Argument) -> tuple[str, Text]:
        """Give a mailbox another name (RFC 9051 §6.3.6)."""
        return self._named("RENAME", oldmailbox, newmailbox)

    def subscribe(self, mailbox: Argument) -> tuple[str, Text]:
        """Put a mailbox on the list that `lsub` shows (RFC 9051 §6.3.7)."""
        return self._named("SUBSCRIBE", mailbox)

    def unsubscribe(self, mailbox: Argument) -> tuple[str, Text]:
        """Take a mailbox off the list that `lsub` shows (RFC 9051 §6.3.8)."""
        return self._named("UNSUBSCRIBE", mailbox)

    def list(self, directory: Argument = '""', pattern: Argument = "*") -> tuple[str, Rows]:
        """List the mailboxes below a name that match a pattern, one row each (RFC 9051 §6.3.9)."""
        typ, text = self._simple_command("LIST", directory, pattern)
        return self._untagged_response(typ, text, "LIST")

    def lsub(self, directory: Argument = '""', pattern: Argument = "*") -> tuple[str, Rows]:
        """List the subscribed mailboxes that match, one row each (RFC 3501 §6.3.9)."""
        typ, text = self._simple_command("LSUB", directory, pattern)
        return self._untagged_response(typ, text, "LSUB")

    def status(self, mailbox: Argument, names: str | bytes) -> tuple[str, Rows]:
        """Count what is in a mailbox: "(MESSAGES UIDNEXT)" (RFC 9051 §6.3.11; not on servers of RFC 1730)."""
        with translated("STATUS"):
            words = name(mailbox, self._encoding), listed(names)
        typ, text = self._command("STATUS", *words)
        return self._untagged_response(typ, text, "STATUS")

    def namespace(self) -> tuple[str, Rows]:
        """Ask where one's own, other users' and shared mailboxes are, in one row (RFC 2342)."""
        typ, text = self._command("NAMESPACE")
        return self._untagged_response(typ, text, "NAMESPACE")

    # -- rights (RFC 4314)

    def getacl(self, mailbox: Argument) -> tuple[str, Rows]:
        """Ask who may do what with a mailbox."""
        typ, text = self._named("GETACL", mailbox)
        return self._untagged_response(typ, text, "ACL")

    def setacl(self, mailbox: Argument, who: Argument, what: Argument) -> tuple[str, Text]:
        """Give somebody these rights, or with + or - before them add or remove them."""
        return self._named("SETACL", mailbox, who, what)

    def deleteacl(self, mailbox: Argument, who: Argument) -> tuple[str, Text]:
        """Take away all that was set for somebody."""
        return self._named("DELETEACL", mailbox, who)

    def myrights(self, mailbox: Argument) -> tuple[str, Rows]:
        """Ask what oneself may do with a mailbox."""
        typ, text = self._named("MYRIGHTS", mailbox)
        return self._untagged_response(typ, text, "MYRIGHTS")

    # -- quotas (RFC 9208)

    def getquota(self, root: Argument) -> tuple[str, Rows]:
        """Ask for the limits of a quota root and how much of them is used."""
        typ, text = self._named("GETQUOTA", root)
        return self._untagged_response(typ, text, "QUOTA")

    def getquotaroot(self, mailbox: Argument) -> tuple[str, Lists]:
        """Ask which quota roots a mailbox has: two lists of rows, QUOTAROOT's and QUOTA's."""
        typ, text = self._named("GETQUOTAROOT", mailbox)
        typ, quota = self._untagged_response(typ, text, "QUOTA")
        typ, quotaroot = self._untagged_response(typ, text, "QUOTAROOT")
        return typ, [quotaroot, quota]

    def setquota(self, root: Argument, limits: str | bytes) -> tuple[str, Rows]:
        """Set the limits of a quota root: "(STORAGE 512)", in KiB."""
        with translated("SETQUOTA"):
            words = name(root, self._encoding), listed(limits)
        typ, text = self._command("SETQUOTA", *words)
        return self._untagged_response(typ, text, "QUOTA")

    # -- annotations (ANNOTATEMORE, the draft that METADATA grew from)

    def getannotation(self, mailbox: Argument, entry: Argument, attribute: Argument) -> tuple[str, Rows]:
        """Ask for annotations: `("INBOX", "/comment", "value.priv")`; lists of them go in parentheses."""
        with translated("GETANNOTATION"):
            words = name(mailbox, self._encoding), string(entry, self._encoding), string(attribute, self._encoding)
        typ, text = self._command("GETANNOTATION", *words)
        return self._untagged_response(typ, text, "ANNOTATION")

    def setannotation(self, mailbox: Argument, *args: Argument) -> tuple[str, Rows]:
        """Set annotations: entry and attributes in turns, `("INBOX", "/comment", '("value.priv" "mine")')`."""
        with translated("SETANNOTATION"):
            words = [name(mailbox, self._encoding), *(string(argument, self._encoding) for argument in args)]
        typ, text = self._command("SETANNOTATION", *words)
        return self._untagged_response(typ, text, "ANNOTATION")

    def _named(self, verb: str, *names: Argument) -> tuple[str, Text]:
        with translated(verb):
            words: tuple[Word, ...] = tuple([name(argument, self._encoding) for argument in names])
        return self._command(verb, *words)

    APPEND = upper(append)
    CREATE = upper(create)
    DELETE = upper(delete)
    DELETEACL = upper(deleteacl)
    GETACL = upper(getacl)
    GETANNOTATION = upper(getannotation)
    GETQUOTA = upper(getquota)
    GETQUOTAROOT = upper(getquotaroot)
    LIST = upper(list)  # noqa: A003  # the method, which is meant
    LSUB = upper(lsub)
    MYRIGHTS = upper(myrights)
    NAMESPACE = upper(namespace)
    RENAME = upper(rename)
    SETACL = upper(setacl)
    SETANNOTATION = upper(setannotation)
    SETQUOTA = upper(setquota)
    STATUS = upper(status)
    SUBSCRIBE = upper(subscribe)
    UNSUBSCRIBE = upper(unsubscribe)
