"""What the letters carry: small files that real programs open."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence


def csv_table(levels: Sequence[int]) -> str:
    """Hour and level, one measurement a line."""
    return "hour,level_cm\r\n" + "".join(f"{3 * at},{level}\r\n" for at, level in enumerate(levels))


def one_page_pdf(line: str) -> bytes:
    """A page with one line of ASCII on it."""
    drawing = b"BT /F1 18 Tf 72 760 Td (%s) Tj ET" % line.encode("ascii")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    pdf, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + end % (len(objects) + 1, table, len(objects) + 1, len(pdf))


def png_curve(levels: Sequence[int], height: int = 60) -> bytes:
    """The levels as black columns on white, four pixels each."""
    low, high = min(levels), max(levels)
    heights = [1 + (level - low) * (height - 1) // max(1, high - low) for level in levels]
    rows = [
        b"\0" + b"".join((b"\0" if tall >= row else b"\xff") * 4 for tall in heights) for row in range(height, 0, -1)
    ]
    size = struct.pack(">IIBBBBB", 4 * len(levels), height, 8, 0, 0, 0, 0)  # 8 bits of grey
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", size)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
