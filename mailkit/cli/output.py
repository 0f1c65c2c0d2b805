"""What a command prints: a table for people, JSON lines for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mailkit.json import Data, to_data


class Output:
    """Rows with named columns: a table on a terminal, else one JSON object a line."""

    def __init__(self, console: Console, *, is_json: bool = False) -> None:
        self._console = console
        self._is_json = is_json or not console.is_terminal

    def rows(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print them; JSON as they come, a table when all are there."""
        if self._is_json:
            for row in rows:
                self.line(dict(zip(columns, map(to_data, row), strict=True)))
            return
        table = Table(*columns, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for row in rows:
            table.add_row(*(Text(_shown(cell), justify="right" if type(cell) is int else None) for cell in row))
        self._console.print(table)

    def line(self, data: Mapping[str, Data]) -> None:
        """Print one JSON object, at once, whatever the output is."""
        self._console.print(json.dumps(data), markup=False, highlight=False, soft_wrap=True)
        self._console.file.flush()

    def text(self, text: str) -> None:
        """Print text that a stranger wrote: what would steer a terminal is shown as a dot."""
        safe = "".join(one if one.isprintable() or one in "\n\t" else "·" for one in text)
        self._console.print(safe, markup=False, highlight=False, soft_wrap=True)

    def octets(self, octets: bytes) -> None:
        """Print octets as they are."""
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return "".join(one if one.isprintable() else "·" for one in " ".join(str(cell).split()))
