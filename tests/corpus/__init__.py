"""Messages written for this project, as mailers, transports and strangers make them, and what is to be read in each.

Every `messages/NAME.eml` is a message as it is on the wire, and `NAME.json` beside it says what a reader gets; the same
holds when the message came through a server. Add both to add a case.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from json import loads
from pathlib import Path
from typing import Self, TypeAlias

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, override

_FOLDER = Path(__file__).with_name("messages")


@attrs.frozen
class ExpectedAttachment:
    """An attachment as it is to be found: `name` as the sender wrote it, size and hash of the decoded octets."""

    name: str | None
    type: str
    inline: bool
    size: int
    sha256: str

    @classmethod
    def of(cls, name: str | None, content_type: str, data: bytes, *, inline: bool) -> Self:
        """What was found, in the same shape."""
        return cls(name, content_type, inline, len(data), hashlib.sha256(data).hexdigest())


People: TypeAlias = tuple[tuple[str | None, str], ...]
"""Display names and addresses."""


@attrs.frozen
class Expected:
    """What is to be read in a message."""

    about: str
    """What the message is a case of."""
    subject: str | None
    from_: People
    """Display name and address of each author."""
    date: datetime | None
    """None where it is missing or no date."""
    text: str | None
    """All the text/plain of the message, lines ended by LF; None where there is none."""
    html: str | None
    attachments: tuple[ExpectedAttachment, ...]
    """In the message's order, inline ones included."""
    defects: tuple[str, ...]
    """What was wrong with the octets of texts and attachments."""
    structure: tuple[str, ...]
    """What is wrong with the structure; one who is told the structure by a server may not see it."""
    to: People = (("Bob", "bob@example.net"),)
    """Members of groups stand among them; the address is as much of one as there is."""
    cc: People = ()
    bcc: People = ()
    sender: People | None = None
    """None where it is the author."""
    reply_to: People | None = None
    """None where it is the author."""
    header_defects: tuple[str, ...] = ()
    """What could not be understood in the header."""


@attrs.frozen
class Sample:
    """One message of the corpus; `raw` is what to append to a mailbox."""

    name: str
    raw: bytes = attrs.field(repr=False)
    expected: Expected = attrs.field(repr=False)


@cache
def samples() -> tuple[Sample, ...]:
    """Every message of the corpus, by name."""
    return tuple(_sample(path) for path in sorted(_FOLDER.glob("*.eml")))


def _sample(path: Path) -> Sample:
    expected = _converter().structure(loads(path.with_suffix(".json").read_text("utf-8")), Expected)
    return Sample(path.stem, path.read_bytes(), expected)


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_structure_hook(
        Expected,
        make_dict_structure_fn(Expected, converter, from_=override(rename="from"), _cattrs_forbid_extra_keys=True),
    )
    return converter
