"""The command that exports."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import attrs
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mailkit.cli.action import Where
from mailkit.cli.output import Output
from mailkit.cli.searching import Choosing
from mailkit.exporting.export import Format


@attrs.frozen
class Export(Choosing):
    """Write those messages of a mailbox that match all terms to an mbox, a Maildir or a folder of .eml files."""

    path: Path
    form: Format
    dry_run: bool

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        parser.add_argument("mailbox")
        parser.add_argument("path", type=Path, help="of the mbox, which must not be there, or of the folder")
        parser.add_argument("--format", dest="form", choices=("mbox", "maildir", "eml"), default="mbox")
        parser.add_argument("--dry-run", action="store_true", help="only tell how many would be written")
        super().describe(parser)

    def run(self, where: Where, output: Output) -> None:
        with where.connect() as account:
            messages = self.chosen(account)
            if self.dry_run:
                plan = messages.export(self.path, self.form, dry_run=True)
                rows: list[tuple[str, int, int | None]] = [(str(self.path), plan.uids.count, None)]
            else:
                with _Bar(Console(stderr=True)) as bar:
                    done = messages.export(self.path, self.form, progress=bar.tell)
                rows = [(done.path, done.messages, done.octets)]
        output.rows(("path", "messages", "octets"), rows)


class _Bar(Progress):
    """How far it has come, on standard error; nothing where that is no terminal."""

    def __init__(self, console: Console) -> None:
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        super().__init__(*columns, console=console, disable=not console.is_terminal, transient=True)
        self._task = self.add_task("", total=None)

    def tell(self, written: int, messages: int, octets: int) -> None:
        """So many messages of so many are written, with so many octets."""
        self.update(self._task, completed=written, total=messages, description=decimal(octets))
