"""The import graph: every arrow between modules points down, and nothing below the transport can do I/O."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from tests.scripted.mini import MiniServer

_ROOT = Path(__file__).parents[1]


@attrs.frozen
class Layer:
    """One storey: its modules, and packages with all that is in them. They import from their own layer and from below.

    `libraries` are what the layer may use beside attrs and the standard library; a `pure` layer does no I/O.
    """

    name: str
    modules: str
    libraries: str = ""
    pure: bool = False

    def holds(self, module: str) -> bool:
        """Whether the module stands in this layer, itself or by its package."""
        return any(
            module == name or (name not in _GATHERERS and module.startswith(f"{name}."))
            for name in self.modules.split()
        )


_GATHERERS = frozenset({"mailkit", "mailkit.protocol"})
"""The packages that offer the public names of all layers, and may load them only when they are asked for."""

_LOADER = "mailkit.loading"
"""The one module that imports by name: for packages that load what is in them when it is asked for."""

_LENDER = "mailkit.blocking.account"
"""The one module of the domain that knows imap4: an account lends a connection as such an object."""

LAYERS = (
    Layer("errors", "mailkit.errors mailkit.value mailkit.loading", pure=True),
    Layer("wire", "mailkit.protocol.wire", pure=True),
    Layer("values", "mailkit.protocol.values", "dateutil", pure=True),
    Layer("command", "mailkit.mime mailkit.protocol.response mailkit.protocol.command mailkit.arrange", pure=True),
    Layer("commands, sasl", "mailkit.protocol.commands mailkit.protocol.sasl", "scramp", pure=True),
    Layer(
        "engine",
        "mailkit.protocol.state mailkit.protocol.selected mailkit.protocol.pending mailkit.protocol.flight "
        "mailkit.protocol.ledger mailkit.protocol.patience mailkit.protocol.known mailkit.protocol.outbox "
        "mailkit.protocol.engine",
        pure=True,
    ),
    Layer(
        "session",
        "mailkit.protocol.network mailkit.protocol.compress mailkit.protocol.transport mailkit.protocol.aio "
        "mailkit.protocol.child mailkit.protocol.tls mailkit.protocol.naming mailkit.protocol.complete "
        "mailkit.protocol.reporter mailkit.protocol.command_event mailkit.protocol.pump mailkit.protocol.session "
        "mailkit.protocol.authentication",
    ),
    Layer("connecting", "mailkit.credentials mailkit.connecting", "cattrs keyring"),
    Layer(
        "imap4 | pool, planner",
        "mailkit.protocol.classic mailkit.protocol.imap4 mailkit.criteria mailkit.pool mailkit.planner",
    ),
    Layer("selecting, reading, mailboxes", "mailkit.selecting mailkit.reading mailkit.mailboxes"),
    Layer("changing", "mailkit.changing"),
    Layer(
        "account, mailbox, messages, message",
        "mailkit.attachment mailkit.content mailkit.message mailkit.walk mailkit.threads mailkit.explanation "
        "mailkit.exporting mailkit.messages mailkit.events mailkit.watch mailkit.tree mailkit.mailbox mailkit.opening "
        "mailkit.account mailkit.compilation mailkit.json",
        "cattrs",
    ),
    Layer("blocking", "mailkit.lifting mailkit.blocking"),
    Layer("public names", "mailkit mailkit.protocol mailkit.cli mailkit.__main__", "rich"),
)

_IO = frozenset({"socket", "ssl", "asyncio", "threading", "select", "selectors", "subprocess", "time"})
"""What no pure layer imports."""


@attrs.frozen
class Arrow:
    """One import statement: from a module of ours to any module."""

    source: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line} imports {self.target}"


def _modules() -> dict[str, Path]:
    """The modules of mailkit, by their dotted name."""
    found = {}
    for path in sorted((_ROOT / "mailkit").rglob("*.py")):
        parts = path.relative_to(_ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _arrows(name: str, source: str, known: Mapping[str, object]) -> Iterator[Arrow]:
    """All imports of one module, wherever they stand: in functions and under TYPE_CHECKING, too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Arrow(name, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: imports are absolute"
            base = node.module or ""
            for alias in node.names:
                member = f"{base}.{alias.name}"
                yield Arrow(name, member if member in known else base, node.lineno)


def _layer_of(module: str) -> int | None:
    for rank, layer in enumerate(LAYERS):
        if layer.holds(module):
            return rank
    return None


def _complaint(arrow: Arrow) -> str | None:
    """What is wrong with an arrow, or None."""
    rank = _layer_of(arrow.source)
    if rank is None:
        return f"{arrow.source}: give it a layer in {Path(__file__).name}"
    if arrow.target.split(".")[0] == "mailkit":
        return _inner_complaint(arrow, rank)
    return _outer_complaint(arrow, LAYERS[rank])


def _inner_complaint(arrow: Arrow, rank: int) -> str | None:
    target = _layer_of(arrow.target)
    if target is None:
        return f"{arrow}, which has no layer: give it one in {Path(__file__).name}"
    if target > rank:
        return f"{arrow}: an arrow up, from {LAYERS[rank].name} to {LAYERS[target].name}"
    if _is_command(arrow.source) and arrow.target.startswith("mailkit.protocol.commands"):
        return f"{arrow}: a command file imports no other"
    if _is_domain(arrow.source) and _is_classic(arrow.target) and arrow.source != _LENDER:
        return f"{arrow}: the domain does not know imap4"
    if _is_classic(arrow.source) and _is_domain(arrow.target):
        return f"{arrow}: imap4 does not know the domain"
    return None


def _outer_complaint(arrow: Arrow, layer: Layer) -> str | None:
    package = arrow.target.split(".")[0]
    if package == "imaplib":
        return f"{arrow}: this is its successor"
    if package == "asyncio" and arrow.source != "mailkit.protocol.aio":
        return f"{arrow}: only aio does"
    if layer.pure and package in _IO:
        return f"{arrow}: {layer.name} does no I/O"
    if package == "importlib" and arrow.target != "importlib.metadata" and arrow.source != _LOADER:
        return f"{arrow}: that would hide arrows"
    if package not in sys.stdlib_module_names and package not in {"attrs", *layer.libraries.split()}:
        return f"{arrow}: {layer.name} does not use this library"
    return None


def _is_command(module: str) -> bool:
    return module.startswith("mailkit.protocol.commands.")


def _is_classic(module: str) -> bool:
    return module == "mailkit.protocol.imap4" or f"{module}.".startswith("mailkit.protocol.classic.")


def _is_domain(module: str) -> bool:
    """Whether it belongs to what people use, which begins above the session."""
    rank = _layer_of(module)
    above = rank is not None and rank > _layer_named("session")
    return above and not module.startswith("mailkit.protocol") and module != "mailkit"


def _layer_named(name: str) -> int:
    return next(rank for rank, layer in enumerate(LAYERS) if layer.name == name)


@pytest.mark.parametrize(("name", "path"), _modules().items(), ids=list(_modules()))
def test_every_arrow_points_down(name: str, path: Path) -> None:
    known = _modules()
    assert _layer_of(name) is not None, f"give {name} a layer"
    complaints = [_complaint(arrow) for arrow in _arrows(name, path.read_text("utf-8"), known)]
    assert [complaint for complaint in complaints if complaint] == []


@pytest.mark.parametrize(
    ("module", "statement", "complaint"),
    [
        ("mailkit.protocol.wire.reader", "import mailkit.protocol.values.flags", "an arrow up"),
        ("mailkit.protocol.wire.reader", "from mailkit.protocol.wire import frame", None),
        ("mailkit.protocol.values.dates", "import dateutil.parser", None),
        ("mailkit.protocol.wire.reader", "import dateutil.parser", "does not use this library"),
        ("mailkit.protocol.values.dates", "from time import localtime", "does no I/O"),
        ("mailkit.protocol.engine", "def f():\n    import socket", "does no I/O"),
        ("mailkit.protocol.engine", "if TYPE_CHECKING:\n    from mailkit.protocol.session import Session", "arrow up"),
        ("mailkit.protocol.commands.fetch", "from mailkit.protocol.commands.search import Search", "no other"),
        ("mailkit.protocol.commands.fetch", "from mailkit.protocol.commands import search", "no other"),
        ("mailkit.protocol.commands", "from mailkit.protocol.commands import search", None),
        ("mailkit.protocol.imap4", "from mailkit.credentials import Password", "does not know the domain"),
        (
            "mailkit.protocol.classic.rows",
            "from mailkit.connecting.endpoint import Security",
            "does not know the domain",
        ),
        ("mailkit.account", "from mailkit.protocol.imap4 import IMAP4", "does not know imap4"),
        ("mailkit.account", "from mailkit.protocol.classic import rows", "does not know imap4"),
        ("mailkit.account", "from mailkit.protocol.session import Session", None),
        ("mailkit.account", "from mailkit import Account", "an arrow up"),
        ("mailkit.account", "import asyncio.tasks", "only aio does"),
        ("mailkit.protocol.session", "import asyncio", "only aio does"),
        ("mailkit.protocol.aio", "import asyncio", None),
        ("mailkit.protocol.imap4", "from imaplib import IMAP4", "successor"),
        ("mailkit.account", "import importlib", "hide arrows"),
        ("mailkit.account", "import requests", "does not use this library"),
        ("mailkit.criteria.terms", "from mailkit.protocol.values import flags", None),
        ("mailkit.helpers", "import re", "give it a layer"),
        ("mailkit.protocol.helpers", "import re", "give it a layer"),
    ],
)
def test_a_wrong_arrow_is_found(module: str, statement: str, complaint: str | None) -> None:
    known = {"mailkit.protocol.wire.frame", "mailkit.protocol.commands.search"}
    (arrow,) = _arrows(module, statement, dict.fromkeys(known))
    found = _complaint(arrow)
    assert (complaint is None and found is None) or (complaint is not None and complaint in (found or ""))


_THIRD_PARTY = frozenset({"attr", "attrs", "dateutil", "scramp"})
"""Packages of the pure layers that load what they like: attrs loads threading, scramp ssl."""

_WATCH = """
import builtins, sys
third_party, forbidden, modules = (set(argument.split(",")) for argument in sys.argv[1:])
real, quiet = builtins.__import__, 0

def watching(name, globals=None, *rest, **more):
    global quiet
    importer = (globals or {}).get("__name__", "")
    loads = name.partition(".")[0] in forbidden
    excused = importer.partition(".")[0] in third_party
    if loads and not excused and not quiet:
        print(importer, name)
    quiet += loads or excused
    try:
        return real(name, globals, *rest, **more)
    finally:
        quiet -= loads or excused

builtins.__import__ = watching
for name in sorted(modules):
    real(name)
"""


def _who_loads(forbidden: frozenset[str], *modules: str) -> list[str]:
    """Who asked for a forbidden module while a fresh interpreter imported `modules`, as "importer imported"."""
    argv = [sys.executable, "-c", _WATCH, ",".join(_THIRD_PARTY), ",".join(forbidden), ",".join(modules)]
    return subprocess.run(argv, check=True, capture_output=True, text=True, cwd=_ROOT).stdout.splitlines()


def test_a_loader_in_the_standard_library_is_found() -> None:
    assert "socketserver socket" in _who_loads(frozenset({"socket"}), "socketserver")


def test_no_pure_module_loads_one_that_does_io() -> None:
    """Not by way of the standard library (email.utils has a socket), nor by the packages that it stands in."""
    pure = [name for name in _modules() if LAYERS[_layer_of(name) or 0].pure]
    assert _who_loads(_IO - {"time"}, *pure) == []


def test_the_engine_comes_without_a_socket_or_a_loop() -> None:
    code = "import sys, mailkit.protocol.engine; print({'socket', 'ssl', 'asyncio', 'select'} & {*sys.modules})"
    if "mailkit.protocol.engine" not in _modules():
        code = code.replace("engine", "wire")
    argv = [sys.executable, "-c", code]
    assert subprocess.run(argv, check=True, capture_output=True, text=True, cwd=_ROOT).stdout == "set()\n"


_LOADED = """
import sys, attr._make as attrs
built = []
build = attrs._ClassBuilder.build_class
attrs._ClassBuilder.build_class = lambda builder: built.append(builder) or build(builder)
exec(sys.argv[1])
print(len(built), *sys.modules)
"""


def _loaded(statement: str) -> tuple[int, set[str]]:
    """How many classes of attrs a statement makes, and which modules there are then."""
    argv = [sys.executable, "-c", _LOADED, statement]
    classes, *modules = subprocess.run(argv, check=True, capture_output=True, text=True, cwd=_ROOT).stdout.split()
    return int(classes), set(modules)


def _ours(modules: Iterable[str]) -> int:
    return sum(name.partition(".")[0] == "mailkit" for name in modules)


# Counted, since no clock is the same twice: each class of attrs costs a fifth to half a millisecond, and so does each
# module. What is beyond these numbers wants to be loaded where it is used.
@pytest.mark.parametrize(
    ("statement", "most_modules", "most_classes"),
    [
        ("import mailkit", 2, 0),
        ("from mailkit import Account, Security", 68, 37),
        ("from mailkit import Account, Mailbox, Security", 110, 64),
        ("from mailkit import Password, UidSet", 13, 12),
        ("import mailkit.protocol", 3, 0),
        ("from mailkit.protocol import IMAP4, IMAP4_SSL", 64, 23),
    ],
)
def test_an_import_loads_little(statement: str, most_modules: int, most_classes: int) -> None:
    classes, modules = _loaded(statement)
    assert _ours(modules) <= most_modules
    assert classes <= most_classes


_COSTLY = frozenset(
    {"asyncio", "cattrs", "dateutil", "email.message", "ipaddress", "json", "logging", "pathlib", "scramp"}
    | {"secrets", "ssl", "subprocess", "tempfile", "urllib.parse", "zlib"}
)
"""Libraries that only some programs need."""


def test_who_imports_an_account_loads_nothing_for_what_few_do() -> None:
    _, modules = _loaded("from mailkit import Account")
    rare = {f"mailkit.protocol.commands.{name}" for name in ("acl", "append", "copy", "list", "metadata", "store")}
    rare |= {f"mailkit.protocol.values.{name}" for name in ("guessing", "metadata", "rights", "structure", "updates")}
    rare |= {f"mailkit.protocol.{name}" for name in ("command_event", "compress", "values.code_values")}
    rare |= {f"mailkit.{name}" for name in ("changing.acts", "criteria.terms", "exporting", "mailboxes.sync", "watch")}
    rare |= {f"mailkit.{name}" for name in ("arrange.sorting", "mime.text", "reading.whole", "selecting.unsent")}
    # These come while the server is waited for.
    rare |= {f"mailkit.{name}" for name in ("blocking.mailbox", "mailbox", "planner", "protocol.commands.fetch")}
    assert rare <= _modules().keys()
    assert sorted((rare | _COSTLY) & modules) == []


_WORK = """
import sys
from mailkit import Account, Mailbox, Security
before = {*sys.modules}
with Account.connect(
    host="127.0.0.1", port=int(sys.argv[1]), user="alice", credentials="alicepw", security=Security.PLAINTEXT
) as account:
    exec(sys.argv[2])
print(*{*sys.modules} - before)
"""


def _loaded_at_work(statement: str) -> set[str]:
    """What connecting and a statement load beyond what `from mailkit import Account, Mailbox` has loaded."""
    with MiniServer({"INBOX": [b"Subject: First\r\n\r\n", b"Subject: Second\r\n\r\n"]}) as server:
        argv = [sys.executable, "-c", _WORK, str(server.port), statement]
        return {*subprocess.run(argv, check=True, capture_output=True, text=True, cwd=_ROOT).stdout.split()}


_LOGIN = {"mailkit.protocol.commands.authenticate", "mailkit.protocol.sasl.plain"}


def test_who_connects_and_reads_loads_nothing_more_but_how_to_log_in() -> None:
    statement = "assert [message.subject for message in account.inbox.messages] == ['First', 'Second']"
    assert _loaded_at_work(statement) == _LOGIN


def test_what_follows_a_login_is_loaded_while_the_server_is_waited_for() -> None:
    loaded = """
import socket, sys, threading
from mailkit import Account, AuthenticationFailed, Security
listener = socket.create_server(("127.0.0.1", 0))
def wait_for(module, name):
    while not hasattr(sys.modules.get(module), name):
        pass
def serve():
    peer, _ = listener.accept()
    wait_for("mailkit.planner", "Fetching")
    print("greeting", "mailkit.blocking.mailbox" in sys.modules)
    peer.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\\r\\n")
    tag = peer.recv(1000).split()[0]
    wait_for("mailkit.blocking.mailbox", "Mailbox")
    print("answer")
    peer.sendall(tag + b" NO [AUTHENTICATIONFAILED] enough\\r\\n")
    peer.recv(1000)
threading.Thread(target=serve, daemon=True).start()
assert "mailkit.planner" not in sys.modules
try:
    Account.connect(host="127.0.0.1", port=listener.getsockname()[1], user="a", credentials="b",
                    security=Security.PLAINTEXT, timeout=20, reconnect=False)
except AuthenticationFailed as problem:
    print("refused")
"""
    ran = subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True, cwd=_ROOT)
    assert ran.stdout.split() == ["greeting", "False", "answer", "refused"]


def test_who_searches_by_uid_loads_no_other_term() -> None:
    loaded = _loaded_at_work("assert account.inbox.messages.where(uid=2).first().subject == 'Second'") - _LOGIN
    assert loaded == {f"mailkit.criteria.{name}" for name in ("checks", "numbers", "terms")}


def test_who_appends_octets_loads_nothing_but_our_own() -> None:
    loaded = _loaded_at_work("account.inbox.append(b'Subject: Third\\r\\n\\r\\n')") - _LOGIN
    assert "mailkit.changing.appending" in loaded
    assert {name for name in loaded if name.partition(".")[0] != "mailkit"} == set()
