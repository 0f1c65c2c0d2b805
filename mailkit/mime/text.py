"""The text of a part, as its author saw it."""

from __future__ import annotations

from collections.abc import Iterable
from io import IncrementalNewlineDecoder

from mailkit.mime.charset import decode_text
from mailkit.mime.flowed import unflow
from mailkit.mime.parameters import Parameters, decode_parameters
from mailkit.mime.transfer import decode_transfer


def read_text(data: bytes, encoding: str | None, parameters: Parameters) -> tuple[str, list[str]]:
    """The text in the octets of a text part, and what was wrong with them; never raises.

    `encoding` is the part's transfer encoding, `parameters` those of its content type: `charset`, `format` and `delsp`
    (RFC 3676) count. Lines end in LF.
    """
    params = decode_parameters(parameters)
    octets, defects = decode_transfer(data, encoding)
    text, more = decode_text(octets, params.get("charset"))
    text = _with_lf(text)
    if params.get("format", "").lower() == "flowed":
        text = unflow(text, delsp=params.get("delsp", "").lower() == "yes")
    return text, defects + more


def _with_lf(text: str) -> str:
    """The text with LF for each CRLF; a CR alone stays."""
    lines = IncrementalNewlineDecoder(None, translate=True)  # twice as fast as `replace`
    changed = lines.decode(text, final=True)
    return changed if lines.newlines == "\r\n" else text.replace("\r\n", "\n")


def join_texts(texts: Iterable[str]) -> str | None:
    """Several texts as one, each beginning on a line of its own; None when there is none."""
    out: list[str] = []
    for text in texts:
        if out and out[-1] and not out[-1].endswith("\n"):
            out.append("\n")
        out.append(text)
    return "".join(out) if out else None
