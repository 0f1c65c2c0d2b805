"""What the command line says, made into one value a command and run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import attrs
from rich.console import Console

from mailkit.cli import doctor, exporting, looking, searching, watching
from mailkit.cli.action import Action, Where
from mailkit.cli.output import Output
from mailkit.errors import MailkitError

_ACTIONS: dict[str, type[Action]] = {
    "ls": looking.List,
    "search": searching.Search,
    "show": looking.Show,
    "save": looking.Save,
    "export": exporting.Export,
    "watch": watching.Watch,
    "doctor": doctor.Doctor,
}


def run(arguments: Sequence[str] | None = None) -> int:
    """Understand the arguments, run the command, and say on standard error what went wrong."""
    given = _parser().parse_args(arguments)
    action = _ACTIONS[given.action]
    chosen = action(**{field.name: getattr(given, field.name) for field in attrs.fields(action)})
    complaints = Console(stderr=True, highlight=False)
    try:
        chosen.run(Where(given.account, given.url), Output(Console(highlight=False), is_json=given.json))
    except (MailkitError, OSError) as error:
        complaints.print(f"mailkit: {type(error).__name__}: {error}", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mailkit", description=sys.modules["mailkit.cli"].__doc__)
    parser.add_argument("--url", default=os.environ.get("MAILKIT_URL"), help="imaps://you@host, else MAILKIT_URL")
    parser.add_argument("--account", help="a table of ~/.config/mailkit/accounts.toml, in the place of a URL")
    parser.add_argument("--json", action="store_true", help="JSON lines; without it, too, if the output is no terminal")
    commands = parser.add_subparsers(dest="action", required=True, metavar="COMMAND")
    for name, action in _ACTIONS.items():
        action.describe(commands.add_parser(name, help=action.__doc__, description=action.__doc__))
    return parser
