from __future__ import annotations

import pytest

from mailkit.protocol.commands.capability import Capability
from tests.protocol.answers import Conversation, answered, written


@pytest.mark.parametrize(
    ("response", "capabilities"),
    [
        (b"CAPABILITY IMAP4rev1 STARTTLS AUTH=GSSAPI LOGINDISABLED",
         {"IMAP4REV1", "STARTTLS", "AUTH=GSSAPI", "LOGINDISABLED"}),
        (b"CAPABILITY", set()),
        (b"capability  imap4rev1   xpig-latin ", {"IMAP4REV1", "XPIG-LATIN"}),
        (b"CAPABILITY IMAP4rev1 \xff\x80 \"x\" (", {"IMAP4REV1", "\xff\x80".upper(), '"X"', "("}),
    ],
)  # fmt: skip
def test_capabilities_are_read(response: bytes, capabilities: set[str]) -> None:
    assert written(Capability()) == b"CAPABILITY"
    assert answered(Capability(), response) == capabilities


def test_capabilities_that_come_unasked_are_believed() -> None:
    talk = Conversation()
    talk.receive(b"* CAPABILITY IMAP4rev1 MOVE\r\n")
    assert talk.engine.capabilities is not None
    assert "MOVE" in talk.engine.capabilities
    talk.receive(b"* OK [CAPABILITY IMAP4rev1 IDLE] hm\r\n")
    assert set(talk.engine.capabilities) == {"IMAP4REV1", "IDLE"}
