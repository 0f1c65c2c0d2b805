"""Whatever a program passes to the classic interface: one command with the value unchanged, or nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings

from mailkit.protocol import IMAP4
from tests.hostile.test_injection_domain import NASTY, flat, values
from tests.protocol.classic.paper import Paper
from tests.scripted.command import Command, announced

Call: TypeAlias = "Callable[[IMAP4, str], object]"

OFFERS = b"IMAP4rev1 ENABLE ID IDLE MOVE UIDPLUS UNSELECT SORT THREAD=REFERENCES"

NAMES: dict[str, tuple[str, Call]] = {
    "login user": ("NONAUTH", lambda imap, value: imap.login(value, "pw")),
    "login password": ("NONAUTH", lambda imap, value: imap.login("bob", value)),
    "proxyauth": ("AUTH", lambda imap, value: imap.proxyauth(value)),
    "id field": ("AUTH", lambda imap, value: imap.id({value: "x"})),
    "id value": ("AUTH", lambda imap, value: imap.id({"name": value})),
    "append mailbox": ("AUTH", lambda imap, value: imap.append(value or '""', None, None, b"x")),
    "create": ("AUTH", lambda imap, value: imap.create(value)),
    "delete": ("AUTH", lambda imap, value: imap.delete(value)),
    "rename from": ("AUTH", lambda imap, value: imap.rename(value, "new")),
    "rename to": ("AUTH", lambda imap, value: imap.rename("old", value)),
    "subscribe": ("AUTH", lambda imap, value: imap.subscribe(value)),
    "unsubscribe": ("AUTH", lambda imap, value: imap.unsubscribe(value)),
    "list directory": ("AUTH", lambda imap, value: imap.list(value, "*")),
    "list pattern": ("AUTH", lambda imap, value: imap.list("", value)),
    "lsub directory": ("AUTH", lambda imap, value: imap.lsub(value, "*")),
    "lsub pattern": ("AUTH", lambda imap, value: imap.lsub("", value)),
    "status": ("AUTH", lambda imap, value: imap.status(value, "(MESSAGES)")),
    "getacl": ("AUTH", lambda imap, value: imap.getacl(value)),
    "setacl mailbox": ("AUTH", lambda imap, value: imap.setacl(value, "bob", "lr")),
    "setacl who": ("AUTH", lambda imap, value: imap.setacl("box", value, "lr")),
    "setacl what": ("AUTH", lambda imap, value: imap.setacl("box", "bob", value)),
    "deleteacl mailbox": ("AUTH", lambda imap, value: imap.deleteacl(value, "bob")),
    "deleteacl who": ("AUTH", lambda imap, value: imap.deleteacl("box", value)),
    "myrights": ("AUTH", lambda imap, value: imap.myrights(value)),
    "getquota": ("AUTH", lambda imap, value: imap.getquota(value)),
    "getquotaroot": ("AUTH", lambda imap, value: imap.getquotaroot(value)),
    "setquota root": ("AUTH", lambda imap, value: imap.setquota(value, "(STORAGE 1)")),
    "getannotation mailbox": ("AUTH", lambda imap, value: imap.getannotation(value, "/comment", "value")),
    "getannotation entry": ("AUTH", lambda imap, value: imap.getannotation("box", value, "value")),
    "getannotation attribute": ("AUTH", lambda imap, value: imap.getannotation("box", "/comment", value)),
    "setannotation mailbox": ("AUTH", lambda imap, value: imap.setannotation(value, "/comment", '("value" "x")')),
    "setannotation entry": ("AUTH", lambda imap, value: imap.setannotation("box", value, '("value" "x")')),
    "select": ("AUTH", lambda imap, value: imap.select(value)),
    "examine": ("AUTH", lambda imap, value: imap.examine(value)),
    "copy": ("SELECTED", lambda imap, value: imap.copy("1", value)),
    "move": ("SELECTED", lambda imap, value: imap.move("1", value)),
    "uid copy": ("SELECTED", lambda imap, value: imap.uid("COPY", "1", value)),
    "search subject": ("SELECTED", lambda imap, value: imap.search(None, "SUBJECT", value)),
    "search header": ("SELECTED", lambda imap, value: imap.search(None, "HEADER", "X", value)),
    "search utf-8": ("SELECTED", lambda imap, value: imap.search("UTF-8", "TEXT", value)),
    "uid search": ("SELECTED", lambda imap, value: imap.uid("SEARCH", "FROM", value)),
    "sort": ("SELECTED", lambda imap, value: imap.sort("(DATE)", "UTF-8", "SUBJECT", value)),
    "thread": ("SELECTED", lambda imap, value: imap.thread("REFERENCES", "UTF-8", "SUBJECT", value)),
    "xatom": ("AUTH", lambda imap, value: imap.xatom("XVERB", value)),
}
"""Arguments that are values: the server reads them as they were passed."""

SYNTAX: dict[str, tuple[str, Call]] = {
    "append flags": ("AUTH", lambda imap, value: imap.append("box", value, None, b"x")),
    "append date": ("AUTH", lambda imap, value: imap.append("box", None, f'"{value}"', b"x")),
    "status names": ("AUTH", lambda imap, value: imap.status("box", value)),
    "setquota limits": ("AUTH", lambda imap, value: imap.setquota("root", value)),
    "enable": ("AUTH", lambda imap, value: imap.enable(value)),
    "authenticate": ("NONAUTH", lambda imap, value: imap.authenticate(value, lambda _: b"")),
    "fetch set": ("SELECTED", lambda imap, value: imap.fetch(value, "(FLAGS)")),
    "fetch parts": ("SELECTED", lambda imap, value: imap.fetch("1", value)),
    "store set": ("SELECTED", lambda imap, value: imap.store(value, "+FLAGS", "(x)")),
    "store command": ("SELECTED", lambda imap, value: imap.store("1", value, "(x)")),
    "store flags": ("SELECTED", lambda imap, value: imap.store("1", "+FLAGS", value)),
    "copy set": ("SELECTED", lambda imap, value: imap.copy(value, "box")),
    "move set": ("SELECTED", lambda imap, value: imap.move(value, "box")),
    "expunge set": ("SELECTED", lambda imap, value: imap.expunge(value, uid=True)),
    "partial": ("SELECTED", lambda imap, value: imap.partial("1", value, "1", "2")),
    "search key": ("SELECTED", lambda imap, value: imap.search(None, value)),
    "search charset": ("SELECTED", lambda imap, value: imap.search(value, "ALL")),
    "sort order": ("SELECTED", lambda imap, value: imap.sort(value, "UTF-8", "ALL")),
    "thread algorithm": ("SELECTED", lambda imap, value: imap.thread(value, "UTF-8", "ALL")),
    "uid verb": ("SELECTED", lambda imap, value: imap.uid(value, "1")),
    "uid fetch": ("SELECTED", lambda imap, value: imap.uid("FETCH", "1", value)),
    "uid store": ("SELECTED", lambda imap, value: imap.uid("STORE", "1", "+FLAGS", value)),
    "xatom verb": ("AUTH", lambda imap, value: imap.xatom(value)),
}
"""Arguments that are pieces of a command: what they mean is the program's own affair, but never another command."""


class Heard(Paper):
    """Refuses every command, once it has all of it."""

    def __init__(self, state: str) -> None:
        super().__init__(offers=OFFERS, state=state)

    def send(self, data: bytes) -> None:
        """NO to whatever is whole, so that nothing follows of itself."""
        if not self._answers:
            self._answers.append(b"%t NO [CANNOT] refused\r\n")
        super().send(data)


def commands(octets: bytes) -> Iterator[Command]:
    """The commands that a server would read."""
    while octets:
        end, literals = 0, []
        while True:
            begin, end = end, octets.index(b"\r\n", end) + 2
            literal = announced(octets[begin:end])
            if literal is None:
                break
            literals.append(octets[end : end + literal.size])
            end += literal.size
        yield Command.read(octets[:end], tuple(literals))
        octets = octets[end:]


def heard(imap: Heard, call: Call, value: str) -> Command | None:
    """The one command that came of it; None where it was refused and not an octet was sent."""
    imap.sent.clear()
    before = imap.state
    try:
        call(imap, value)
    except IMAP4.error:
        if not imap.sent:
            return None
    finally:
        imap.state = before
        imap.is_readonly = False
    (command,) = (command for octets in imap.sent for command in commands(octets))
    return command


def is_syntax(value: str) -> bool:
    """Whether a program means it to go as it is: in double quotes or parentheses, or a flag."""
    return (value[:1], value[-1:]) in {('"', '"'), ("(", ")")} or value.startswith("\\")


@pytest.mark.parametrize("what", NAMES)
def test_a_value_is_one_argument_of_one_command_or_nothing_is_sent(what: str) -> None:
    state, call = NAMES[what]
    imap = Heard(state)

    def check(value: str) -> None:
        command = heard(imap, call, value)
        if command is not None and not is_syntax(value):
            assert value.encode() in flat(command.arguments), command.octets

    each_of(check)


@pytest.mark.parametrize("what", SYNTAX)
def test_a_piece_of_a_command_is_never_a_second_command(what: str) -> None:
    state, call = SYNTAX[what]
    imap = Heard(state)

    def check(value: str) -> None:
        imap.sent.clear()
        try:
            call(imap, value)
        except IMAP4.error:
            pass
        finally:
            imap.state = state
        octets = b"".join(imap.sent)
        assert len(imap.sent) <= 1
        literal = b"x" if "append" in what else b""
        assert octets.count(b"\r\n") <= 1 + bool(literal), octets
        assert b"\0" not in octets
        assert announced(octets) is None or octets.endswith(literal + b"\r\n"), octets

    each_of(check)


def each_of(check: Callable[[str], None]) -> None:
    """The nasty ones, and what hypothesis finds."""
    for value in NASTY:
        check(value)
    settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))(
        given(values)(check)
    )()


def test_every_method_with_a_text_is_in_a_table() -> None:
    named = {what.split()[0] for what in (*NAMES, *SYNTAX)}
    without_text = {
        "capability", "check", "close", "idle", "logout", "namespace", "noop", "open", "print_log", "read", "readline",
        "recent", "response", "send", "shutdown", "socket", "starttls", "unselect",
    }  # fmt: skip
    by_base64 = {"login_plain", "login_cram_md5"}
    methods = {
        name for name in dir(IMAP4) if name.islower() and not name.startswith("_") and callable(getattr(IMAP4, name))
    }
    assert methods - {"error", "abort", "readonly"} == named | without_text | by_base64
