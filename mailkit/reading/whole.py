"""A whole message as the standard library's object."""

from __future__ import annotations

from email.errors import MessageDefect
from typing import TYPE_CHECKING

from mailkit.mime.parse import MAX_DEPTH, parse
from mailkit.mime.part import Part

if TYPE_CHECKING:
    from email.message import EmailMessage


class TooDeep(MessageDefect):
    """The parts are nested so deep that the standard library cannot parse them; its body is left as it is."""


def read_email(raw: bytes) -> EmailMessage:
    """The message under `email.policy.default`; never raises.

    One that is nested too deep keeps its header, and has its body as one text; its `defects` say so.
    """
    # Here and not above: the standard library's parser takes long to load, and few who read mail need it.
    from email.parser import BytesHeaderParser, BytesParser  # noqa: PLC0415
    from email.policy import default  # noqa: PLC0415

    if _depth(parse(raw)) < MAX_DEPTH:
        try:
            return BytesParser(policy=default).parsebytes(raw)
        except (RecursionError, ValueError, LookupError):
            pass  # whatever it stumbled over, the header is worth having
    found = BytesHeaderParser(policy=default).parsebytes(raw)
    found.defects.append(TooDeep())
    return found


def _depth(root: Part) -> int:
    """How many levels of parts there are; linear, and bounded by the parser."""
    depth, level = 0, [root]
    while level:
        depth += 1
        level = [child for part in level for child in part.children]
    return depth
