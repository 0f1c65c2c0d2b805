"""The command that watches."""

from __future__ import annotations

from argparse import ArgumentParser

import attrs

from mailkit.cli.action import Action, Where
from mailkit.cli.output import Output
from mailkit.json import to_data


@attrs.frozen
class Watch(Action):
    """Tell what happens in a mailbox as it happens, one JSON object a line, until interrupted."""

    mailbox: str
    timeout: float | None

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        parser.add_argument("mailbox", nargs="?", default="INBOX")
        parser.add_argument(
            "--timeout", type=float, metavar="SECONDS", help="end when nothing has happened for so long"
        )

    def run(self, where: Where, output: Output) -> None:
        with where.connect() as account:
            for event in account.mailbox(self.mailbox).watch(self.timeout):
                fields = {name: to_data(value) for name, value in attrs.asdict(event, recurse=False).items()}
                output.line({"event": type(event).__name__, **fields})
