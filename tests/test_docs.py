"""Every example of README.md and docs/ runs, in the order of its page, against a real server.

A page declares its server by `<!-- examples run on: dovecot -->` (or `nothing`). Its ```python blocks share names, and
what one prints is what the ```text block that follows it says. A block that cannot run says why by
`<!-- not run: reason -->` on the line before.
The account `ada@mail.example.org` of the examples is one on the test server, with the letters of the demonstration.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import mailkit
from demo.letters import Letter, all_letters
from mailkit import Account
from tests.servers.dovecot import Dovecot

_ROOT = Path(__file__).parents[1]
_PAGES = (_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md")))
_EXCUSED = {"coming-from.md": 9}
"""How many blocks of a page are not run: those of other libraries."""
_TASKS = 9
"""How many tasks are compared with other libraries."""

_ON_DISK = {"INBOX", "Archive/2026", "Newsletters", "Sent", "Projects/Tidewatch", "Junk"}
_LETTER_OF_FLAG = {"\\Seen": "S", "\\Flagged": "F", "\\Answered": "R"}

_SERVER = re.compile(r"<!-- examples run on: (\w+) -->")
_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<excuse>.+?) -->\n)?"
    r"^```python\n(?P<code>.*?)^```\n"
    r"(?:\n*^```text\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


@attrs.frozen
class Example:
    """A block of code, the line where it begins, why it is not run if so, and what it prints if that is said."""

    code: str
    line: int
    excuse: str | None
    output: str | None


def examples(text: str) -> list[Example]:
    """The blocks of a page."""
    return [
        Example(found["code"], 1 + text.count("\n", 0, found.start("code")), found["excuse"], found["output"])
        for found in _BLOCK.finditer(text)
    ]


@attrs.frozen
class Place:
    """A server with Ada's account on it, and what the examples must say to reach it."""

    user: str = ""
    password: str = ""
    port: int = 0

    def put_into(self, source: str) -> str:
        """The example with this server in the place of the one that it names."""
        source = source.replace("ada@mail.example.org", f"{self.user}@localhost:{self.port}")
        return source.replace('"mail.example.org"', f'"localhost", {self.port}').replace('"ada"', repr(self.user))


def _on_dovecot(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    dovecot: Dovecot = request.getfixturevalue("dovecot")
    user = dovecot.fresh_user()
    for letter in all_letters():
        if letter.mailbox in _ON_DISK:
            _deliver(dovecot, user.name, letter)
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca_file))
    monkeypatch.setenv("DOCS_TOKEN", dovecot.jwt(user.name))
    yield Place(user.name, user.password, dovecot.tls_port)


def _deliver(dovecot: Dovecot, user: str, letter: Letter) -> None:
    flags = "".join(_LETTER_OF_FLAG[flag] for flag in letter.flags)
    dovecot.maildir(user, letter.mailbox).add(letter.octets, flags=flags, received=letter.received)


def _on_nothing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield Place()


_SERVERS: dict[str, Callable[[pytest.FixtureRequest, pytest.MonkeyPatch], Iterator[Place]]] = {
    "dovecot": _on_dovecot,
    "nothing": _on_nothing,
}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.name))
def test_the_examples_of_the_page_run(
    page: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = page.read_text("utf-8")
    run = [example for example in examples(text) if example.excuse is None]
    declared = _SERVER.search(text)
    if not run:
        assert declared is None, "a page without examples needs no server"
        return
    assert declared is not None, "the page does not say on which server its examples run"
    with contextlib.contextmanager(_SERVERS[declared[1]])(request, monkeypatch) as place:
        monkeypatch.setenv("MAILKIT_PASSWORD", place.password)
        monkeypatch.chdir(tmp_path)
        names: dict[str, object] = {"__name__": page.stem}
        try:
            for example in run:
                _run(example, page, place, names)
        finally:
            for value in list(names.values()):
                if isinstance(value, Account):
                    value.close()


def _run(example: Example, page: Path, place: Place, names: dict[str, object]) -> None:
    # The line ends before the block put it where it stands in its page, for tracebacks.
    source = "\n" * (example.line - 1) + example.code
    source = place.put_into(source)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, str(page), "exec"), names)
    if example.output is not None:
        assert printed.getvalue() == example.output, f"{page.name}, line {example.line}"


def test_every_block_that_is_not_run_is_accounted_for() -> None:
    excused = Counter(page.name for page in _PAGES for example in examples(page.read_text("utf-8")) if example.excuse)
    assert excused == _EXCUSED


def test_every_block_of_code_is_found() -> None:
    for page in _PAGES:
        text = page.read_text("utf-8")
        assert len(examples(text)) == text.count("```py"), f"{page.name}: a block is no ```python at the line's start"


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    missing = [link for link in _LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert missing == []


def test_every_public_name_is_documented() -> None:
    words = set(re.findall(r"\w+", "\n".join(page.read_text("utf-8") for page in _PAGES if page.name != "features.md")))
    assert sorted(set(mailkit.__all__) - words) == []


def test_every_module_stands_in_the_architecture() -> None:
    package = _ROOT / "mailkit"
    files = [str(path.relative_to(package)) for path in package.rglob("*.py") if path.name != "__init__.py"]
    named = list(_files_named((_ROOT / "docs" / "architecture.md").read_text("utf-8")))
    folders = [name for name in named if name.endswith("/")]
    there = {next((folder for folder in folders if name.startswith(folder)), name) for name in files}
    assert Counter(named) == Counter(there)


def _files_named(text: str) -> Iterator[str]:
    """The files and folders of the listing, relative to the package; a folder with files below it stands for them."""
    package = folder = ""
    for line in text.splitlines():
        if heading := re.fullmatch(r"mailkit/(|protocol/)", line):
            package, folder = heading[1], ""
        elif group := re.match(r"  (?! )(?:(\w+/)  )?", line):
            folder = group[1] or ""
        elif entry := re.match(r"    ([\w/]+(?:\.py|/))  ", line):
            yield package + folder + entry[1]


def _sections(text: str) -> Iterator[tuple[str, list[Example]]]:
    for section in text.split("\n## ")[1:]:
        yield section.partition("\n")[0], examples(section)


def _lines(code: str) -> int:
    return sum(1 for line in code.splitlines() if line.strip())


def test_no_task_takes_more_lines_than_in_the_tersest_peer() -> None:
    compared = 0
    for title, (ours, theirs) in _sections((_ROOT / "docs" / "coming-from.md").read_text("utf-8")):
        peers = dict(re.findall(r"^# (\w+).*\n((?:(?!# ).*\n)+)", theirs.code, re.MULTILINE))
        assert peers.keys() == {"imaplib", "IMAPClient", "imap_tools", "aioimaplib"}, title
        assert _lines(ours.code) <= min(map(_lines, peers.values())), title
        compared += 1
    assert compared == _TASKS


def test_a_wrong_example_fails(tmp_path: Path) -> None:
    page = "a\n```python\nprint(1)\n```\n\n```text\n2\n```\n<!-- not run: no time -->\n```python\nnonsense\n```\n"
    first, second = examples(page)
    assert (first.line, first.output, second.excuse) == (3, "2\n", "no time")
    with pytest.raises(AssertionError, match="line 3"):
        _run(first, tmp_path, Place(), {})
