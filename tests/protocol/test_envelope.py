from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.address import Address, Group
from mailkit.protocol.values.envelope import Envelope, read_envelope
from tests.protocol.answers import reader_of

GRAY = Address("Terry Gray", "gray", "cac.washington.edu")
_GRAY = b'(("Terry Gray" NIL "gray" "cac.washington.edu"))'


def test_the_rfc_s_example_is_read() -> None:
    found = read_envelope(reader_of(
        b'("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" ' + b" ".join([_GRAY] * 3)
        + b' ((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL '
        b'"KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.ed>") rest'
    ))  # fmt: skip
    assert found == Envelope(
        datetime(1996, 7, 17, 2, 23, 25, tzinfo=timezone(timedelta(hours=-7))),
        "Wed, 17 Jul 1996 02:23:25 -0700 (PDT)",
        "IMAP4rev2 WG mtg summary and minutes",
        (GRAY,),
        (GRAY,),
        (GRAY,),
        (Address(None, "imap", "cac.washington.edu"),),
        (Address(None, "minutes", "CNRI.Reston.VA.US"), Address("John Klensin", "KLENSIN", "MIT.EDU")),
        message_id="<B27397-0100000@cac.washington.ed>",
    )


def _to(addresses: bytes) -> Envelope:
    return read_envelope(reader_of(b"(NIL NIL NIL NIL NIL " + addresses + b" NIL NIL NIL NIL)"))


@pytest.mark.parametrize(
    ("addresses", "to"),
    [
        (b"NIL", ()),
        (b"()", ()),
        (b'((NIL NIL "a" "b"))', (Address(None, "a", "b"),)),
        (b'((NIL NIL "MISSING_MAILBOX" "MISSING_DOMAIN")(NIL NIL "a" "b")(NIL NIL "" ""))', (Address(None, "a", "b"),)),
        (b'(("=?UTF-8?Q?gr=C3=BCn?=" NIL "a" "b") ("\xc3\xbc" NIL "c" "d"))',
         (Address("grün", "a", "b"), Address("ü", "c", "d"))),
        (b'(({5}\r\n"q\\")  NIL {1}\r\na "b" ))', (Address('"q\\")', "a", "b"),)),
    ],
)  # fmt: skip
def test_addresses_are_read(addresses: bytes, to: tuple[Address, ...]) -> None:
    assert _to(addresses).to == to


def test_members_of_groups_stand_among_the_addresses() -> None:
    found = _to(b'((NIL NIL "Team" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL)(NIL NIL "c" "d"))')
    assert found.to == (Address(None, "a", "b"), Address(None, "c", "d"))
    assert found.groups == (Group("Team", (Address(None, "a", "b"),)),)
    nobody = _to(b'((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL))')
    assert (nobody.to, nobody.groups) == ((), (Group("undisclosed-recipients", ()),))


def test_a_date_that_nobody_understands_is_a_defect() -> None:
    found = read_envelope(reader_of(b'("sometime \xff" NIL NIL NIL NIL NIL NIL NIL NIL NIL)'))
    assert found.date is None
    assert found.date_text == "sometime ÿ"
    assert found.defects
    assert not _to(b"NIL").defects


@pytest.mark.parametrize(
    "hostile",
    [b"", b"NIL", b"(", b"()", b"(NIL)", b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL)", b"(" + b"NIL " * 9 + b"NIL",
     b"(NIL NIL x NIL NIL NIL NIL NIL NIL NIL)", b"(NIL NIL ((NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL)",
     b"(NIL NIL ((NIL NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL)", b"(" * 5000,
     b"(NIL NIL " + b"(" * 5000 + b" NIL NIL NIL NIL NIL NIL NIL)", b"(5 NIL NIL NIL NIL NIL NIL NIL NIL NIL)"],
)  # fmt: skip
def test_a_broken_envelope_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_envelope(reader_of(hostile))
