"""Changelog fragments are named so that none is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import changelog


def test_every_fragment_has_a_kind_and_says_something() -> None:
    found = changelog.fragments(Path(__file__).parents[1] / "changelog.d")
    assert all(path.read_text("utf-8").strip() for path in found)


def test_entries_stand_under_their_kind(tmp_path: Path) -> None:
    (tmp_path / "quota.fixed.md").write_text("One.\nTwo.\n")
    (tmp_path / "acl.removed.md").write_text("Gone.\n")
    assert changelog.gathered(changelog.fragments(tmp_path)) == "### Removed\n\n- Gone.\n\n### Fixed\n\n- One.\n  Two."


@pytest.mark.parametrize("name", ["quota.md", "quota.better.md", "quota.fixed.txt", "quota"])
def test_a_misnamed_fragment_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(SystemExit, match="a fragment is"):
        changelog.fragments(tmp_path)
