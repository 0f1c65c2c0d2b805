"""Header text as people read it: RFC 2047 encoded words, raw 8-bit, folded lines."""

from __future__ import annotations

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from encodings.aliases import aliases
from functools import lru_cache
from typing import Final

# Text runs to the next "?=" and over no other "=?", so that a megabyte of beginnings without an end is read once; the
# "=?" of a base64 padding before "?=" is not one.
#
# Why "|(?!)": before Python 3.11.5 a possessive group of more than one item, `(?:…)*+`, goes on behind what its last,
# failed round had taken where a repetition, a lookahead or a choice in it had moved on (CPython gh-106052). A last
# choice that never matches puts it back to where that round began. A plain `(?:…)*` is right in every Python, but
# remembers each round: a hundred octets of memory for one of text. And before 3.12.8 and 3.13.1 no choice inside a
# possessive group may capture, fail, and leave the text to another choice (gh-101955).
_ENCODED_WORD: Final = re.compile(
    rb"=\?([^?*\s]{1,64})(?:\*[^?\s]{0,64})?\?([QqBb])\?([^?=]*+(?:(?!=\?(?!=)|\?=)[?=][^?=]*+|(?!))*+)\?="
)
_NOT_BASE64: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_FOLD: Final = re.compile(r"[\r\n\x00]+(?=[ \t])")
_LINE_END: Final = re.compile(r"[\r\n\x00]+")

_NOT_TEXT: Final = {
    "base64_codec",
    "bz2_codec",
    "hex_codec",
    "mbcs",
    "quopri_codec",
    "rot_13",
    "uu_codec",
    "zlib_codec",
}
_UNALIASED: Final = ("cp720", "cp737", "cp856", "cp874", "cp1006", "koi8_t", "koi8_u", "utf_8_sig")
_CODECS: Final = (
    {alias: codec for alias, codec in aliases.items() if codec not in _NOT_TEXT}
    | {codec: codec for codec in (*aliases.values(), *_UNALIASED) if codec not in _NOT_TEXT}
    | {
        # What is labelled so is often the larger set, which differs in nothing else that could stand in a header.
        "gb2312": "gb18030",
        "gb_2312_80": "gb18030",
        "gbk": "gb18030",
        "x_gbk": "gb18030",
        "ks_c_5601_1987": "cp949",
        "euc_kr": "cp949",
        "shift_jis": "cp932",
        "x_sjis": "cp932",
        "iso_8859_8_i": "iso8859_8",
        "iso_8859_8_e": "iso8859_8",
        "windows_874": "cp874",
        "windows_949": "cp949",
        "windows_31j": "cp932",
        "x_euc_jp": "euc_jp",
        "x_mac_roman": "mac_roman",
    }
)
"""The codecs that a message may name. Asking Python by any name would import and remember whatever a sender writes."""


def decode_words(octets: bytes) -> str:
    """The text of an unstructured field or a phrase, for people; never raises.

    Encoded words (RFC 2047, with the language of RFC 2231 §5) are decoded, adjacent ones of one charset as one run, so
    that a character cut in two is whole again. Base64 and charsets that are broken or unknown yield what can be had of
    them. Raw 8-bit is UTF-8, else Windows-1252, else Latin-1. Folds are undone, and no line end nor NUL is left.
    """
    if octets.isascii():
        if b"=?" not in octets:
            text = octets.decode("ascii")
            return text if text.isprintable() else _unfold(text)
    elif b"=?" not in octets:
        return _unfold(_guess(octets))
    text = "".join(_pieces(octets))
    return text if text.isprintable() else _unfold(text)


def _pieces(octets: bytes) -> Iterator[str]:
    """`octets` with each run of adjacent words of one charset decoded, and the white space inside runs left out."""
    run: list[bytes] = []
    charset, end = b"", 0
    for word in _ENCODED_WORD.finditer(octets):
        between = octets[end : word.start()]
        is_adjacent = bool(run) and not between.strip()
        if not is_adjacent or word[1].lower() != charset:
            yield _decode(b"".join(run), charset)
            run = []
        if not is_adjacent:
            yield _guess(between)
        charset = word[1].lower()
        run.append(_from_base64(word[3]) if word[2] in b"Bb" else a2b_qp(word[3], header=True))
        end = word.end()
    yield _decode(b"".join(run), charset)
    yield _guess(octets[end:])


def _from_base64(text: bytes) -> bytes:
    """As many octets as there are, whatever the padding and whatever else stands between."""
    letters = text.translate(None, _NOT_BASE64)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return a2b_base64(letters + b"=" * (-len(letters) % 4))


def _decode(octets: bytes, charset: bytes) -> str:
    codec = _codec(charset)
    if codec is None or codec == "ascii":
        return _guess(octets)
    if codec in {"latin_1", "cp1252"}:
        return _western(octets)
    text = octets.decode(codec, "replace")
    # UTF-7 lets half a character through, which nothing could print.
    return text if codec != "utf_7" else text.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=256)
def _codec(charset: bytes) -> str | None:
    name = re.sub(r"[^a-z0-9]+", "_", charset.decode("latin-1").lower())
    return _CODECS.get(name) or _CODECS.get(name.replace("iso_8859", "iso8859"))


def _guess(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return _western(octets)


def _western(octets: bytes) -> str:
    """Windows-1252, which most of what is labelled Latin-1 really is, unless an octet has no meaning there."""
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _unfold(text: str) -> str:
    return _LINE_END.sub(" ", _FOLD.sub("", text))
