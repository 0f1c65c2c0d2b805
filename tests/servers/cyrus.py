"""A throw-away Cyrus 3, for what Dovecot has not: ANNOTATE, OBJECTID, CREATE-SPECIAL-USE, LIST-METADATA and more."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from tests.servers.process import Owner, Process, filled, free_ports
from tests.servers.server import Server, User

_HERE = Path(__file__).parent
_FOLDERS = ("conf/log", "conf/socket", "conf/proc", "conf/lock", "conf/db", "conf/ptclient", "data")


def programs() -> Path | None:
    """The folder with Cyrus' master, None if there is none.

    It is installed, or unpacked where `scripts/install-servers` does that, since its package conflicts with Dovecot's.
    """
    own_cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    roots = (Path("/"), Path("/var/cache/mailkit/cyrus"), own_cache / "mailkit/cyrus")
    return next((root / "usr/lib/cyrus/bin" for root in roots if (root / "usr/lib/cyrus/bin/master").exists()), None)


class Cyrus(Server):
    """A running Cyrus.

    `host:tls_port` speaks TLS, `host:strict_port` refuses logins before STARTTLS (LOGINDISABLED). Users: `alice`,
    `bob`, `admin` (may log in as another by an authorization identity), with name + "pw" as password, and whatever
    `fresh_user` gives. INBOX, Drafts, Sent, Trash and Junk are made at the first login.
    """

    def __init__(self) -> None:
        super().__init__("cyrus", Owner.of_mail())
        self.users = {name: f"{name}pw" for name in ("alice", "bob", "admin")}
        self._fresh = itertools.count(1)

    def fresh_user(self) -> User:
        """A user that nobody used before, with an empty INBOX."""
        user = User(f"u-{next(self._fresh)}", "pw")
        self._add(user)
        return user

    def _launch(self) -> Process:
        programs_folder = programs()
        if programs_folder is None:
            raise RuntimeError("Cyrus is not installed")
        self.port, self.tls_port, self.strict_port = free_ports(3)
        self._configure(programs_folder)
        libraries = [str(folder) for folder in programs_folder.parents[2].glob("lib/*-linux-gnu")]
        return self.owner.spawn(
            [programs_folder / "master", *self._options(), "-p", self.folder / "master.pid"],
            log=self.folder / "output",
            env={"LD_LIBRARY_PATH": os.pathsep.join(libraries)},
        )

    def _options(self) -> list[str | Path]:
        return ["-C", self.folder / "imapd.conf", "-M", self.folder / "cyrus.conf", "-L", self.folder / "log"]

    def _configure(self, programs_folder: Path) -> None:
        for name in _FOLDERS:
            (self.folder / name).mkdir(parents=True)
        values = {
            "folder": self.folder,
            "user": self.owner.user,
            "bin": programs_folder,
            "port": self.port,
            "tls_port": self.tls_port,
            "strict_port": self.strict_port,
            "certificate": self.certificates.server.certificate,
            "key": self.certificates.server.key,
            "authority": self.certificates.authority,
        }
        for name in ("imapd.conf", "cyrus.conf"):
            (self.folder / name).write_text(filled(_HERE / name, values))
        self.owner.own(self.folder)
        for name, password in self.users.items():
            self._add(User(name, password))

    def _add(self, user: User) -> None:
        database = self.folder / "sasldb2"
        self.owner.run(["saslpasswd2", "-p", "-c", "-f", database, "-u", "localhost", user.name], text=user.password)
