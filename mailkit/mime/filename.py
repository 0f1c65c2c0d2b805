"""Names for files out of names that a stranger chose."""

from __future__ import annotations

import re
import unicodedata

MAX_OCTETS = 200
"""How long a name may be in UTF-8: file systems take 255, and a number or a suffix may have to be added."""

_LOOKED_AT = 2000
"""Characters of an overlong name that are looked at, half from each end: normal forms cost more than their length."""

_EXTENSIONS = {
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/ld+json": ".jsonld",
    "application/msword": ".doc",
    "application/octet-stream": ".bin",
    "application/pdf": ".pdf",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/global": ".eml",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/css": ".css",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "video/mp4": ".mp4",
    "video/mpeg": ".mpg",
    "video/quicktime": ".mov",
}

# Separators of both worlds; what Windows refuses in a name.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that are never seen but change what is: controls, bidi overrides, lone surrogates."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|\Z)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[^. ]{1,16}\Z")


def safe_name(name: str | None, content_type: str, default: str = "attachment") -> str:
    """A name that is safe to give to a file in any folder, on any system, made of what the sender wrote.

    It is one path segment: no separators, no drive, no control or invisible characters, no leading dot, no trailing
    dot or space, no device name of Windows; in NFC, at most `MAX_OCTETS` of UTF-8 with the extension kept. Where there
    is no name it is `default`; where there is no extension, one is added that fits `content_type` ("type/subtype").
    """
    clean = _cleaned(name or "") or _cleaned(default) or "attachment"
    if not _EXTENSION.search(clean):
        clean += _EXTENSIONS.get(content_type.lower(), "")
    if _RESERVED.match(clean):
        clean = "_" + clean
    return _shortened(clean, MAX_OCTETS)


def numbered(name: str, number: int) -> str:
    """`name` as the `number`th of its kind, such as "a (2).pdf": for when the name itself is taken."""
    stem, extension = _split(name)
    suffix = f" ({number})"
    return _shortened(stem, MAX_OCTETS - len(suffix) - len(extension.encode())) + suffix + extension


def _cleaned(name: str) -> str:
    if len(name) > _LOOKED_AT:
        name = name[: _LOOKED_AT // 2] + name[-_LOOKED_AT // 2 :]
    # A path gives its last segment; "a/b.pdf" of a sender who means a date or a fraction loses no more than its "a".
    name = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = "".join(
        " " if c in "\t\r\n" else c for c in name if c in "\t\r\n" or unicodedata.category(c) not in _INVISIBLE
    )
    name = _FORBIDDEN.sub("_", re.sub(r"\A[A-Za-z]:(?=.)", "", name))
    return unicodedata.normalize("NFC", " ".join(name.split())).strip(". ")


def _split(name: str) -> tuple[str, str]:
    found = _EXTENSION.search(name)
    at = found.start() if found else len(name)
    return name[:at], name[at:]


def _shortened(name: str, octets: int) -> str:
    if len(name.encode()) <= octets:
        return name
    stem, extension = _split(name)
    room = octets - len(extension.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + extension
