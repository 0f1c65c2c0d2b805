"""How the demonstration looks: a piece of code, and below it what that very code did."""

from __future__ import annotations

import ast
import inspect
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

import attrs
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from mailkit import Address
from mailkit.protocol.command_event import CommandEvent

_ROWS = 16
"""More of a table than this are counted, not shown."""
_SHORT = 5
"""A table of so few rows may use several lines for one."""
_GAP = 3
"""Columns between two columns."""
_LEAST = 3
"""No column is narrower than this, however narrow the terminal."""

S = TypeVar("S")
PlayT_co = TypeVar("PlayT_co", bound=Callable[..., object], covariant=True)


class Row(Protocol):
    """What a scene calls with the cells of a row, which becomes one of the table below the code."""

    def __call__(self, *cells: object) -> object: ...


@attrs.frozen
class Scene(Generic[PlayT_co]):
    """A title, the heads of its table's columns, and the function that fills it.

    The function's docstring introduces the scene; its body is shown and run, with a subject and a `Row`.
    """

    title: str
    columns: tuple[str, ...]
    play: PlayT_co

    @property
    def introduction(self) -> str:
        """The docstring, as one paragraph."""
        return " ".join((inspect.getdoc(self.play) or "").split())

    @property
    def code(self) -> str:
        """The body of the function as it stands in its file, without the docstring."""
        source = textwrap.dedent(inspect.getsource(self.play))
        (function,) = ast.parse(source).body
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        return textwrap.dedent("\n".join(source.splitlines()[function.body[1].lineno - 1 :]))


class Stage:
    """Plays scenes one after the other, and keeps count of what went over the wire."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.verbs: Counter[str] = Counter()
        self.seconds = 0.0
        self._tags: set[str] = set()
        self._scenes = 0

    def note(self, event: CommandEvent) -> None:
        """Count a command; given to `Account.connect(on_command=…)`."""
        if event.tag not in self._tags:
            self._tags.add(event.tag)
            self.verbs[event.verb] += 1

    def say(self, *paragraphs: str) -> None:
        """Prose, wrapped."""
        for paragraph in paragraphs:
            self.console.print(Padding(Text(paragraph), (0, 1)), highlight=False)

    def play(self, scene: Scene[Callable[[S, Row], None]], subject: S) -> None:
        """Show the code, run it, and show the rows that it gave and the commands that it took."""
        with self._playing(scene) as row:
            scene.play(subject, row)

    async def play_async(self, scene: Scene[Callable[[S, Row], Coroutine[object, object, None]]], subject: S) -> None:
        """The same for a coroutine."""
        with self._playing(scene) as row:
            await scene.play(subject, row)

    def say_sent(self, verbs: Counter[str], seconds: float) -> None:
        """One line of what was sent."""
        each = ", ".join(f"{count} {verb}" if count > 1 else verb for verb, count in verbs.items())
        plural = "" if verbs.total() == 1 else "s"
        took = f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
        line = f"{verbs.total()} command{plural} ({each}), {took}"
        self.console.print(Padding(Text(line, style="dim"), (0, 1)), highlight=False)

    @contextmanager
    def _playing(self, scene: Scene[PlayT_co]) -> Iterator[Row]:
        self._scenes += 1
        self.console.print()
        self.console.rule(f"[bold]{self._scenes} · {scene.title}", align="left", style="blue")
        self.say(scene.introduction)
        self.console.print(Padding(Syntax(scene.code, "python", theme="monokai", padding=(0, 1)), (1, 1)))
        rows: list[tuple[object, ...]] = []
        before, began = self.verbs.copy(), time.perf_counter()
        yield lambda *cells: rows.append(cells)
        spent = time.perf_counter() - began
        self.seconds += spent
        self.console.print(Padding(_table(scene.columns, rows, self.console.width - 2), (0, 1)))
        if sent := self.verbs - before:
            self.say_sent(sent, spent)


def _table(columns: tuple[str, ...], rows: list[tuple[object, ...]], room: int) -> Table:
    """A table whose widest columns give way where room is short: few rows wrap, many are cut."""
    shown = [tuple(map(_shown, row)) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(columns, *shown, strict=True)]
    while sum(widths) > room - _GAP * (len(widths) - 1) and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold cyan")
    for at, (head, width) in enumerate(zip(columns, widths, strict=True)):
        is_number = bool(rows) and all(isinstance(row[at], int) for row in rows)
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(head, justify=justify, width=width, no_wrap=len(rows) > _SHORT, overflow="ellipsis")
    for cells in shown[:_ROWS]:
        table.add_row(*map(Text, cells))
    if len(shown) > _ROWS:
        table.add_row(Text(f"… {len(shown) - _ROWS} more", style="dim"))
    return table


def _shown(cell: object) -> str:
    """A cell for people, on one line. What strangers wrote cannot steer the terminal."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return f"{cell:%d %b %Y %H:%M %z}"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, Address):
        return _shown(cell.name or str(cell))
    if isinstance(cell, Mapping):
        return " ".join(f"{_shown(key)}→{_shown(value)}" for key, value in cell.items())
    if isinstance(cell, Collection) and not isinstance(cell, str):
        return " ".join(map(_shown, cell))
    return "".join(one if one.isprintable() else "·" for one in " ".join(str(cell).split()))
