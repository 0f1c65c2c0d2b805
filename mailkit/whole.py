"""A whole message as the standard library's object."""

from __future__ import annotations

from email.errors import MessageDefect
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default

from mailkit.mime.parse import MAX_DEPTH, Part, parse

_PARSER = BytesParser(policy=default)
_HEADER_PARSER = BytesHeaderParser(policy=default)


class TooDeep(MessageDefect):
    """The parts are nested so deep that the standard library cannot parse them; its body is left as it is."""


def read_email(raw: bytes) -> EmailMessage:
    """The message under `email.policy.default`; never raises.

    One that is nested too deep keeps its header, and has its body as one text; its `defects` say so.
    """
    if _depth(parse(raw)) < MAX_DEPTH:
        try:
            return _PARSER.parsebytes(raw)
        except (RecursionError, ValueError, LookupError):
            pass  # whatever it stumbled over, the header is worth having
    found = _HEADER_PARSER.parsebytes(raw)
    found.defects.append(TooDeep())
    return found


def _depth(root: Part) -> int:
    """How many levels of parts there are; linear, and bounded by the parser."""
    depth, level = 0, [root]
    while level:
        depth += 1
        level = [child for part in level for child in part.children]
    return depth
