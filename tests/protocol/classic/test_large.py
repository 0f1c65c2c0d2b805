"""Mailboxes with very many messages: what a program asks for in one command it gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailkit.protocol import IMAP4
from mailkit.protocol.wire.limits import Limits
from tests.protocol.classic.paper import Paper

MANY = 150_000


class Small(Paper):
    limits = Limits(answers=60_000, bare_line_feeds=False)


def rows(row: bytes, count: int) -> bytes:
    return b"".join(row % number for number in range(1, count + 1)) + b"%t OK done\r\n"


def test_flags_of_very_many_messages_come_in_one_fetch() -> None:
    paper = Paper(rows(b"* %d FETCH (FLAGS (\\Seen) UID 7)\r\n", MANY), state="SELECTED")
    typ, data = paper.fetch("1:*", "(FLAGS UID)")
    assert (typ, len(data)) == ("OK", MANY)
    assert (data[0], data[-1]) == (b"1 (FLAGS (\\Seen) UID 7)", b"150000 (FLAGS (\\Seen) UID 7)")


@pytest.mark.parametrize(
    ("ask", "is_given"),
    [
        (lambda imap: imap.fetch("1:*", "(ENVELOPE)"), True),
        (lambda imap: imap.fetch("1:*", "ALL"), True),
        (lambda imap: imap.fetch("1:*", "(UID BODYSTRUCTURE)"), True),
        (lambda imap: imap.uid("FETCH", "1:*", "(BODY.PEEK[HEADER])"), True),
        (lambda imap: imap.xatom("UID", "FETCH", "1:*", "(BODY.PEEK[HEADER])"), True),
        (lambda imap: imap.fetch("1:*", "(FLAGS RFC822.SIZE)"), False),
        (lambda imap: imap.noop(), False),
    ],
    ids=["envelope", "macro", "structure", "section", "xatom", "flags", "noop"],
)
def test_long_texts_are_taken_where_they_were_asked_for(ask: Callable[[IMAP4], object], is_given: bool) -> None:
    """Sixty times the limit, which is a small one here, in quoted strings: so Dovecot sends most of an ENVELOPE."""
    row = b'* %d FETCH (X "' + b"x" * 60_000 + b'")\r\n'
    paper = Small(rows(row, 60), state="SELECTED")
    if is_given:
        ask(paper)
    else:
        with pytest.raises(paper.abort, match="more than"):
            ask(paper)
