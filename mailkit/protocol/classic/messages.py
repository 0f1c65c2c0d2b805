"""The open mailbox and the messages in it."""

from __future__ import annotations

from collections.abc import Sequence

from mailkit.protocol.classic.aliases import upper
from mailkit.protocol.classic.arguments import Argument, Word, fetch_items, listed, name, verbatim, word
from mailkit.protocol.classic.connection import Connection
from mailkit.protocol.classic.conversation import check
from mailkit.protocol.classic.criteria import codec, criteria
from mailkit.protocol.classic.failures import translated
from mailkit.protocol.classic.idler import Idler
from mailkit.protocol.classic.rows import Numbers, Rows, Text, plain
from mailkit.protocol.classic.states import Commands

_SEARCHES = frozenset({"SEARCH", "SORT", "THREAD"})


class Messages(Connection):
    """Commands about the open mailbox. With `uid=True` messages are named by UID, in arguments and in answers."""

    state: str

    def select(self, mailbox: Argument = "INBOX", readonly: bool = False) -> tuple[str, Numbers]:  # noqa: FBT001, FBT002  # as it was
        """Open a mailbox; data is how many messages it holds (RFC 9051 §6.3.2).

        What the server says of it, such as UIDVALIDITY, is for `response` to take; what it said before is forgotten.
        Raises `readonly` where the mailbox can only be read and `readonly` was not asked for.
        """
        with translated("SELECT"):
            words = [name(mailbox, self._encoding)]
        self.untagged_responses = {}
        self.is_readonly = readonly
        typ, text = self._command("EXAMINE" if readonly else "SELECT", *words)
        if typ != "OK":
            self.state = "AUTH"  # a failed SELECT leaves no mailbox open
            return typ, [*text]
        self.state = "SELECTED"
        responses = self.untagged_responses
        if "READ-ONLY" in responses and not readonly:
            if self.debug >= 1:
                self._trace.untaken(responses)
            raise self.readonly(f"{_shown(mailbox)} is not writable")
        return typ, plain([*responses["EXISTS"]]) if "EXISTS" in responses else [None]

    def examine(self, mailbox: Argument = "INBOX") -> tuple[str, Numbers]:
        """Open a mailbox for reading only: `select(mailbox, readonly=True)` (RFC 9051 §6.3.3)."""
        return self.select(mailbox, readonly=True)

    def check(self) -> tuple[str, Text]:
        """Ask for a checkpoint of the mailbox (RFC 3501 §6.4.1)."""
        return self._command("CHECK")

    def close(self) -> tuple[str, Text]:
        """Leave the mailbox; what is marked deleted is removed, unless it was opened for reading (RFC 9051 §6.4.1)."""
        return self._leave("CLOSE")

    def unselect(self) -> tuple[str, Text]:
        """Leave the mailbox and remove nothing (RFC 3691)."""
        return self._leave("UNSELECT")

    def expunge(self, message_set: Argument | None = None, *, uid: bool = False) -> tuple[str, Numbers]:
        """Remove what is marked deleted; data is the message numbers in the order received (RFC 9051 §6.4.3).

        With `uid` only messages of this set of UIDs are removed (RFC 4315); without it there is no set.
        """
        if uid is (message_set is None):
            raise self.error("a set of messages goes with uid=True, and the other way round")
        with translated("EXPUNGE"):
            words = [] if message_set is None else [verbatim(message_set)]
        typ, text = self._command(_verb("EXPUNGE", uid=uid), *words)
        typ, rows = self._untagged_response(typ, text, "EXPUNGE")
        return typ, plain(rows)

    def fetch(self, message_set: Argument, message_parts: str | bytes, *, uid: bool = False) -> tuple[str, Rows]:
        """Fetch parts of messages, "(UID BODY[TEXT])" (RFC 9051 §6.4.5).

        Data is one row a message; where it holds a literal, a pair of the octets before it and the literal, and then
        what follows.
        """
        with translated("FETCH"):
            words = verbatim(message_set), fetch_items(message_parts, self._encoding)
        typ, text = self._command(_verb("FETCH", uid=uid), *words)
        return self._untagged_response(typ, text, "FETCH")

    def partial(
        self, message_num: Argument, message_part: str | bytes, start: Argument, length: Argument
    ) -> tuple[str, Rows]:
        """Fetch a range of a part, counted from 1, on servers of RFC 1730 §6.4.6; later ones have `BODY[]<0.100>`."""
        with translated("PARTIAL"):
            words = [verbatim(argument) for argument in (message_num, message_part, start, length)]
        typ, text = self._command("PARTIAL", *words)
        return self._untagged_response(typ, text, "FETCH")

    def search(
        self, charset: str | bytes | None, *criterion: Argument | None, uid: bool = False
    ) -> tuple[str, Numbers]:
        """Search; data is one row of message numbers (RFC 9051 §6.4.4).

        Criteria are keys and values apart, `("FROM", "bob")`, or keys with values quoted where they must be,
        `'FROM "bob"'`. With `charset` text is encoded so; None sends none,
        and is what UTF8=ACCEPT wants.
        """
        if charset and self.utf8_enabled:
            raise self.error("Non-None charset not valid in UTF8 mode")
        with translated("SEARCH"):
            words = criteria(criterion, codec(charset, self._encoding))
            if charset:
                words[:0] = [verbatim("CHARSET"), name(charset)]
        typ, text = self._command(_verb("SEARCH", uid=uid), *words)
        typ, rows = self._untagged_response(typ, text, "SEARCH")
        return typ, plain(rows)

    def sort(
        self, sort_criteria: str | bytes, charset: str | bytes, *search_criteria: Argument | None, uid: bool = False
    ) -> tuple[str, Numbers]:
        """Search, and give the message numbers in an order: "(REVERSE DATE)" (RFC 5256)."""
        with translated("SORT"):
            words = self._sort(sort_criteria, charset, search_criteria)
        typ, text = self._command(_verb("SORT", uid=uid), *words)
        typ, rows = self._untagged_response(typ, text, "SORT")
        return typ, plain(rows)

    def thread(
        self, threading_algorithm: str, charset: str | bytes, *search_criteria: Argument | None, uid: bool = False
    ) -> tuple[str, Numbers]:
        """Search, and give the message numbers as trees: "REFERENCES" or "ORDEREDSUBJECT" (RFC 5256)."""
        with translated("THREAD"):
            words = self._thread(threading_algorithm, charset, search_criteria)
        typ, text = self._command(_verb("THREAD", uid=uid), *words)
        typ, rows = self._untagged_response(typ, text, "THREAD")
        return typ, plain(rows)

    def store(
        self, message_set: Argument, command: str | bytes, flags: str | bytes, *, uid: bool = False
    ) -> tuple[str, Rows]:
        """Change flags: FLAGS sets, +FLAGS adds, -FLAGS removes; with .SILENT nothing is told (RFC 9051 §6.4.6)."""
        with translated("STORE"):
            words = verbatim(message_set), verbatim(command), listed(flags, self._encoding)
        typ, text = self._command(_verb("STORE", uid=uid), *words)
        return self._untagged_response(typ, text, "FETCH")

    def copy(self, message_set: Argument, new_mailbox: Argument, *, uid: bool = False) -> tuple[str, Text]:
        """Copy messages to the end of another mailbox (RFC 9051 §6.4.7)."""
        return self._carried("COPY", message_set, new_mailbox, uid=uid)

    def move(self, message_set: Argument, new_mailbox: Argument, *, uid: bool = False) -> tuple[str, Text]:
        """Move messages to the end of another mailbox (RFC 6851)."""
        return self._carried("MOVE", message_set, new_mailbox, uid=uid)

    def uid(self, command: str, *args: Argument | None) -> tuple[str, Rows]:
        """Run a command with messages named by UID: `uid("FETCH", "7", "(FLAGS)")` (RFC 9051 §6.4.9).

        It has at least one argument. Data is what the command's own method gives.
        """
        verb = command.upper()
        given = [arg for arg in args if arg is not None]
        if verb not in Commands:
            raise self.error(f"Unknown IMAP4 UID command: {verb}")
        check(verb, self.state)
        if not given:
            raise self.error(f"UID {verb} has at least one argument")
        with translated(f"UID {verb}"):
            words = self._uid_words(verb, given)
        typ, text = self._command(f"UID {verb}", *words)
        return self._untagged_response(typ, text, verb if verb in _SEARCHES else "FETCH")

    def idle(self, duration: float | None = None) -> Idler:
        """Wait for news (RFC 2177): a context manager that iterates `(type, rows)` for at most so many seconds."""
        return Idler(self, self._conversation, duration)

    def xatom(self, command: str, *args: Argument | None) -> tuple[str, Text]:
        """Send a command of an extension; what comes untagged is for `response` to take."""
        return self._simple_command(command.upper(), *args)

    def _leave(self, verb: str) -> tuple[str, Text]:
        try:
            return self._command(verb)
        finally:
            self.state = "AUTH"

    def _carried(self, verb: str, message_set: Argument, mailbox: Argument, *, uid: bool) -> tuple[str, Text]:
        with translated(verb):
            words = verbatim(message_set), name(mailbox, self._encoding)
        return self._command(_verb(verb, uid=uid), *words)

    def _sort(self, order: Argument, charset: Argument, given: Sequence[Argument | None]) -> _Words:
        return [listed(order), name(charset), *criteria(given, codec(charset, self._encoding))]

    def _thread(self, algorithm: Argument, charset: Argument, given: Sequence[Argument | None]) -> _Words:
        return [verbatim(algorithm), name(charset), *criteria(given, codec(charset, self._encoding))]

    def _uid_words(self, verb: str, given: Sequence[Argument]) -> _Words:
        """The arguments as the command's own method would have made them ready."""
        first, *rest = given
        if verb == "SEARCH":
            named = str(first).upper() == "CHARSET" and rest
            return criteria(given, codec(rest[0] if named else None, self._encoding))
        if verb in ("SORT", "THREAD") and rest:
            return (self._sort if verb == "SORT" else self._thread)(first, rest[0], rest[1:])
        if verb == "STORE":
            return [verbatim(argument, self._encoding) for argument in given]
        if verb == "FETCH" and rest:
            return [verbatim(first), fetch_items(rest[0], self._encoding), *(word(more) for more in rest[1:])]
        return [verbatim(first), *(name(argument, self._encoding) for argument in rest)]

    CHECK = upper(check)
    CLOSE = upper(close)
    COPY = upper(copy)
    EXAMINE = upper(examine)
    EXPUNGE = upper(expunge)
    FETCH = upper(fetch)
    IDLE = upper(idle)
    MOVE = upper(move)
    PARTIAL = upper(partial)
    SEARCH = upper(search)
    SELECT = upper(select)
    SORT = upper(sort)
    STORE = upper(store)
    THREAD = upper(thread)
    UID = upper(uid)
    UNSELECT = upper(unselect)


_Words = list[Word]


def _verb(name: str, *, uid: bool) -> str:
    return f"UID {name}" if uid else name


def _shown(mailbox: Argument) -> str:
    return mailbox.decode("ascii", "backslashreplace") if isinstance(mailbox, bytes) else str(mailbox)
