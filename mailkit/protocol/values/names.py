"""Mailbox names: Unicode for people, modified UTF-7 or UTF-8 on the wire.

A name that is what its encoding allows is decoded. One that is not (broken modified UTF-7, raw 8-bit, superfluous
shifts) must still lead back to its mailbox, so it gets a form that no decoded name has: `RAW`, a private-use character,
then the octets as UTF-8, where an octet that is no UTF-8 is the private-use character U+10FE00 plus its value. Hence
`encode_name(decode_name(octets)) == octets` whatever the octets, save that every way to write INBOX is that one name,
and names that NUL, CR or LF make impossible to send. A character of those private ranges anywhere else in a name is
only itself.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from typing import Final

from mailkit.errors import UsageError

INBOX: Final = "INBOX"
"""The one name that compares without case (RFC 9051 §5.1)."""

RAW: Final = "\U0010fe00"
"""Begins a name whose octets are not what the encoding allows; the rest of it goes back as it came."""

_STRAY: Final = 0x10FE00
_SHIFTED: Final = re.compile(r"&|[^\x20-\x7e]+")
_UNSHIFTED: Final = re.compile(r"&([A-Za-z0-9+,]*)-")
_STRAYS: Final = re.compile(r"[\U0010fe80-\U0010feff]")
_UNSENDABLE: Final = re.compile(rb"[\x00\r\n]")


def encode_name(name: str, *, utf8: bool = False) -> bytes:
    """The octets of a mailbox name: modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 where that was agreed (RFC 6855).

    Every way to write INBOX becomes `INBOX`. Raises `UsageError` for a lone surrogate, which no encoding has, and for
    NUL, CR or LF where they would be sent as they are.
    """
    if name.startswith(RAW):
        octets = _encode_raw(name)
    elif name.isascii() and name.upper() == INBOX:
        return b"INBOX"
    else:
        try:
            octets = name.encode("utf-8") if utf8 else _to_utf7(name)
        except UnicodeEncodeError:
            raise UsageError(f"a mailbox name with half a character in it: {name[:80]!r}") from None
    if _UNSENDABLE.search(octets):
        raise UsageError(f"a mailbox name cannot have NUL, CR or LF in it: {name[:80]!r}")
    return octets


def decode_name(octets: bytes, *, utf8: bool = False) -> str:
    """The mailbox name that a server sends; never raises, and `encode_name` leads back to the same octets."""
    if octets.upper() == b"INBOX":
        return INBOX
    try:
        name = octets.decode("utf-8") if utf8 else _from_utf7(octets)
        if not name.startswith(RAW) and (utf8 or _to_utf7(name) == octets):
            return name
    except ValueError:
        pass
    return _decode_raw(octets)


def _to_utf7(name: str) -> bytes:
    return _SHIFTED.sub(_shift, name).encode("ascii")


def _shift(run: re.Match[str]) -> str:
    if run[0] == "&":
        return "&-"
    base64 = b2a_base64(run[0].encode("utf-16-be"), newline=False).rstrip(b"=").replace(b"/", b",")
    return f"&{base64.decode('ascii')}-"


def _from_utf7(octets: bytes) -> str:
    """What modified UTF-7 says, leniently: the caller encodes it again and compares."""
    return _UNSHIFTED.sub(_unshift, octets.decode("ascii"))


def _unshift(shifted: re.Match[str]) -> str:
    base64 = shifted[1].replace(",", "/")
    return a2b_base64(base64 + "=" * (-len(base64) % 4)).decode("utf-16-be") if base64 else "&"


def _encode_raw(name: str) -> bytes:
    raw = name[len(RAW) :]
    # A stray octet is one lone surrogate to the codec; lone surrogates of the caller's own were refused before.
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"a mailbox name with half a character in it: {name[:80]!r}") from None
    surrogates = _STRAYS.sub(lambda stray: chr(0xDC00 + ord(stray[0]) - _STRAY), raw)
    return surrogates.encode("utf-8", "surrogateescape")


def _decode_raw(octets: bytes) -> str:
    text = octets.decode("utf-8", "surrogateescape")
    if _STRAYS.search(text):  # those very characters, as good UTF-8: octet by octet, to tell them from strays
        text = octets.decode("ascii", "surrogateescape")
    return RAW + "".join([chr(_STRAY + ord(char) - 0xDC00) if "\udc80" <= char <= "\udcff" else char for char in text])
