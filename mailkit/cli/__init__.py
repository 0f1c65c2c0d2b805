"""The command `mailkit`: look at an account, save from it, and find out why something does not work."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give the exit status: 0, or 1 with the reason on standard error."""
    try:
        from mailkit.cli.program import run  # noqa: PLC0415  # rich is optional: it comes with the extra `cli`
    except ImportError as missing:
        if (missing.name or "").partition(".")[0] != "rich":
            raise
        sys.stderr.write("mailkit: the command needs rich: pip install 'mailkit-imap[cli]'\n")
        return 1
    return run(arguments)
