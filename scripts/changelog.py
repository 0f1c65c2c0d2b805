"""Gather the fragments of changelog.d/ into CHANGELOG.md: `python scripts/changelog.py VERSION DATE`.

A fragment is `changelog.d/NAME.KIND.md`: one entry, in the user's words. Without arguments the gathered text is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

KINDS = ("security", "removed", "changed", "added", "fixed")
"""In the order in which a reader needs to know them."""

_ROOT = Path(__file__).parents[1]
_MARK = "<!-- the next version goes here -->\n"


def fragments(folder: Path) -> list[Path]:
    """All fragments, by name; a file whose name is not that of a fragment is an error."""
    found = sorted(path for path in folder.iterdir() if path.name != "README.md")
    for path in found:
        if path.suffix != ".md" or path.suffixes[0][1:] not in KINDS or len(path.suffixes) != 2:
            raise SystemExit(f"{path}: a fragment is NAME.KIND.md, and KIND is one of {', '.join(KINDS)}")
    return found


def gathered(found: Iterable[Path]) -> str:
    """The entries under one heading a kind, as Markdown."""
    entries: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for path in found:
        lines = path.read_text("utf-8").strip().splitlines()
        entries[path.suffixes[0][1:]].append("- " + "\n  ".join(lines))
    return "\n\n".join(f"### {kind.capitalize()}\n\n" + "\n".join(said) for kind, said in entries.items() if said)


def main(arguments: list[str]) -> None:
    """Show what the next version brings, or write it down and remove the fragments."""
    found = fragments(_ROOT / "changelog.d")
    if not arguments:
        print(gathered(found) or "no fragments")
        return
    version, date = arguments
    changelog = _ROOT / "CHANGELOG.md"
    before, mark, after = changelog.read_text("utf-8").partition(_MARK)
    changelog.write_text(f"{before}{mark}\n## {version} ({date})\n\n{gathered(found)}\n{after}", "utf-8")
    for path in found:
        path.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
