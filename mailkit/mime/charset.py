"""Octets to text by the charset that a mailer named, or by the one that it meant."""

from __future__ import annotations

import re
from encodings.aliases import aliases
from functools import lru_cache

_MEANT = {
    # Names that mail uses and Python does not know, or knows as something narrower than what is sent under them.
    "ansi_x3_110": "latin_1",
    "ansi_x3_110_1983": "latin_1",
    "big5": "cp950",
    "cn_big5": "cp950",
    "x_big5": "cp950",
    "cn_gb": "gb18030",
    "gb2312": "gb18030",
    "gb_2312_80": "gb18030",
    "gbk": "gb18030",
    "x_gbk": "gb18030",
    "cp_850": "cp850",
    "dos_850": "cp850",
    "cp_1252": "cp1252",
    "euc_kr": "cp949",
    "ks_c_5601": "cp949",
    "ks_c_5601_1987": "cp949",
    "ks_c_5601_1989": "cp949",
    "ksc5601": "cp949",
    "windows_949": "cp949",
    "iso_2022_jp": "iso2022_jp_ext",
    "iso_8859_6_e": "iso8859_6",
    "iso_8859_6_i": "iso8859_6",
    "iso_8859_8_e": "iso8859_8",
    "iso_8859_8_i": "iso8859_8",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "x_sjis": "cp932",
    "x_euc_jp": "euc_jp",
    "x_mac_cyrillic": "mac_cyrillic",
    "x_mac_roman": "mac_roman",
    "tis_620": "cp874",
    "windows_874": "cp874",
    "unicode_1_1_utf_7": "utf_7",
    "x_unicode_2_0_utf_7": "utf_7",
    "unicode_1_1_utf_8": "utf_8",
    "x_utf_8": "utf_8",
    "default": "ascii",
    "unknown_8bit": "ascii",
    "x_unknown": "ascii",
    "x_user_defined": "ascii",
}
_NOT_TEXT = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "mbcs", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
)
_UNALIASED = ("cp720", "cp737", "cp856", "cp874", "cp1006", "koi8_t", "koi8_u", "utf_8_sig")
_CODECS = {
    name: codec
    for name, codec in (*aliases.items(), *((codec, codec) for codec in (*aliases.values(), *_UNALIASED)))
    if codec not in _NOT_TEXT
} | _MEANT
"""The codecs that a message may name. Asking Python by any name would import and remember whatever a sender writes."""
_PUNCTUATION = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=256)
def codec(charset: str) -> str | None:
    """The name of Python's codec for a charset as mail names it, or None when there is none."""
    return _CODECS.get(_PUNCTUATION.sub("_", charset.lower()).strip("_"))


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
    if name == "latin_1" and not data.isascii() and _C1.search(data):
        return _windows(data), ["windows-1252 text under the name of iso-8859-1"]
    if name == "utf_7":
        text = text.encode("utf-8", "replace").decode()  # It lets half a character through, which nothing could print.
    return text.removeprefix("\ufeff"), []


_C1 = re.compile(rb"[\x80-\x9f]")


def _repaired(data: bytes, name: str) -> str:
    if name == "ascii":
        return _guess(data)
    text = data.decode(name, "replace")
    if name == "utf_8" and text.replace("\ufffd", "").isascii():
        return _windows(data)  # Not one character outside ASCII is UTF-8: the name is wrong, not the text.
    if name == "utf_7":
        text = text.encode("utf-8", "replace").decode()
    return text.removeprefix("\ufeff")


def _guess(data: bytes) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return _windows(data)


def _windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # Five octets are nothing in windows-1252.
