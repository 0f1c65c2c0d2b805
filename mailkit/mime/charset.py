"""Octets to text by the charset that a mailer named, or by the one that it meant."""

from __future__ import annotations

import re
from functools import lru_cache

_MEANT = {
    # Names that mail uses and Python does not know, or knows as something narrower than what is sent under them.
    "ansi_x3.110": "latin-1",
    "ansi_x3.110-1983": "latin-1",
    "ansi_x3.4-1968": "ascii",
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "x-big5": "cp950",
    "cn-big5": "cp950",
    "cn-gb": "gb18030",
    "cp-850": "cp850",
    "cp-1252": "cp1252",
    "dos-850": "cp850",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "ms949": "cp949",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-utf-8": "utf-8",
    "x-unicode-2-0-utf-7": "utf-7",
    "default": "ascii",
    "x-unknown": "ascii",
    "unknown-8bit": "ascii",
    "x-user-defined": "ascii",
}
_REFUSED = frozenset(
    {"charmap", "idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"}
)
"""Codecs of Python that are no charsets: some are slow on purpose-made input, some depend on the machine."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+()-]{0,60}")
_WINDOWS = "cp1252"


@lru_cache(maxsize=256)
def codec(charset: str) -> str | None:
    """The name of Python's codec for a charset as mail names it, or None when there is none."""
    name = charset.strip().strip("\"'").lower()
    name = _MEANT.get(name, name)
    if not _NAME.fullmatch(name) or name.replace("-", "_") in _REFUSED:
        return None
    try:
        b" ".decode(name)
    except UnicodeError:
        pass  # One octet is no text in UTF-16, but the codec is there.
    except LookupError:
        return None
    return name


def decode_text(data: bytes, charset: str | None) -> tuple[str, list[str]]:
    """`data` as text, and what was wrong with it; never raises.

    Without a charset, or with one that nobody knows, 8-bit text is UTF-8 if it can be and windows-1252 if not. Text
    that calls itself ISO 8859-1 and holds octets which only windows-1252 has is windows-1252. Octets that the charset
    cannot have are U+FFFD. A byte order mark is left out.
    """
    name = codec(charset or "us-ascii")
    if name is None:
        return _guess(data), [f"unknown charset {charset!s:.40}"]
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return _repaired(data, name), [f"not {charset or 'us-ascii'} text"]
    if name in _LATIN_1 and not data.isascii() and _C1.search(data):
        return _windows(data), ["windows-1252 text under the name of iso-8859-1"]
    return text.removeprefix("\ufeff"), []


_LATIN_1 = frozenset({"iso-8859-1", "latin-1", "latin1", "iso8859-1", "iso_8859-1", "l1"})
_C1 = re.compile(rb"[\x80-\x9f]")


def _repaired(data: bytes, name: str) -> str:
    if name in ("ascii", "us-ascii"):
        return _guess(data)
    text = data.decode(name, "replace")
    if name.replace("_", "-") in ("utf-8", "utf8") and text.replace("\ufffd", "").isascii():
        return _windows(data)  # Not one character outside ASCII is UTF-8: the name is wrong, not the text.
    return text.removeprefix("\ufeff")


def _guess(data: bytes) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return _windows(data)


def _windows(data: bytes) -> str:
    try:
        return data.decode(_WINDOWS)
    except UnicodeDecodeError:
        return data.decode("latin-1")  # Five octets are nothing in windows-1252.
