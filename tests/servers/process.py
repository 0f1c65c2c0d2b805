"""What all servers share: a short temporary folder, the user they run as, free ports, and a sure end."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

_PATIENCE = 20.0
"""Seconds that a server may take until it greets; they need 0.3 s on an idle machine."""


@attrs.frozen
class Owner:
    """The system user that a server runs as."""

    user: str
    group: str
    uid: int
    gid: int

    @classmethod
    def of_mail(cls) -> Owner:
        """Who may own mail: ourselves, or `nobody` if we are root, as which no server opens mail."""
        return cls._of(pwd.getpwnam("nobody")) if os.getuid() == 0 else cls.ourselves()

    @classmethod
    def ourselves(cls) -> Owner:
        """Who runs the tests."""
        return cls._of(pwd.getpwuid(os.getuid()))

    @classmethod
    def _of(cls, entry: pwd.struct_passwd) -> Owner:
        return cls(entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name, entry.pw_uid, entry.pw_gid)

    @property
    def is_other(self) -> bool:
        """Whether files must be handed over to it."""
        return self.uid != os.getuid()

    def own(self, path: Path) -> None:
        """Hand over a file, or a folder with all that is in it."""
        if self.is_other:
            for each in (path, *path.rglob("*")):
                os.chown(each, self.uid, self.gid)

    def spawn(self, argv: Sequence[str | Path], *, log: Path, env: Mapping[str, str] | None = None) -> Process:
        """Start `argv` in a process group of its own, with its output in `log`."""
        return Process.start(argv, self, log, {"PATH": _PATH, "HOME": "/nonexistent", "USER": self.user, **(env or {})})

    def run(self, argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None, text: str = "") -> str:
        """Run `argv` to its end, with `text` as its input, and give its output; a failure raises with its complaint."""
        done = subprocess.run(
            argv,
            check=False,
            input=text,
            capture_output=True,
            text=True,
            env={"PATH": _PATH, **(env or {})},
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )
        if done.returncode:
            raise RuntimeError(f"{argv[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


@attrs.frozen
class Process:
    """A running server and everything that it forked."""

    popen: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, argv: Sequence[str | Path], owner: Owner, log: Path, env: Mapping[str, str]) -> Process:
        # The kernel ends the server when the test run dies, however it dies.
        guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [*guard, *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
                user=owner.uid if owner.is_other else None,
                group=owner.gid if owner.is_other else None,
                extra_groups=[] if owner.is_other else None,
            )
        return cls(popen, log)

    def wait_for_greeting(self, host: str, port: int) -> None:
        """Return when an IMAP greeting comes; raise with the end of the log when the server ended or says nothing."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self.popen.poll() is None:
            if _greets(host, port):
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"no IMAP greeting on {host}:{port}; the log ends: {self.log.read_text()[-2000:]}")

    def stop(self, *, gently: bool = False) -> None:
        """End the whole process group, by SIGTERM first if `gently`; harmless when it has ended already."""
        if gently and self.popen.poll() is None:
            self.popen.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


_MEMORY = Path("/dev/shm")
_ROOM = 1 << 30
"""Octets that must be free there; some machines give it little. Thousands of small files are what it is faster with."""


def short_folder(prefix: str) -> Path:
    """A new folder with a path short enough for unix sockets in it (108 octets), which pytest's tmp_path is not."""
    place = _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM else Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix=f"mailkit-{prefix}-", dir=place))
    folder.chmod(0o755)
    return folder


def filled(template: Path, values: Mapping[str, object]) -> str:
    """The text of `template` with every `@name@` replaced by its value."""
    text = template.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def free_ports(count: int, *hosts: str) -> list[int]:
    """That many distinct TCP ports, free on each of `hosts` (127.0.0.1 if none is given)."""
    held: list[socket.socket] = []
    ports: list[int] = []
    try:
        while len(ports) < count:
            port = 0
            try:
                for host in hosts or ("127.0.0.1",):
                    one = socket.socket()
                    held.append(one)
                    one.bind((host, port))
                    port = one.getsockname()[1]
            except OSError:
                continue  # taken on the second host
            ports.append(port)
    finally:
        for one in held:
            one.close()
    return ports


def _greets(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2) as one:
            return one.recv(4) == b"* OK"
    except OSError:
        return False
