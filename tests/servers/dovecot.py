"""A throw-away Dovecot 2.3 with everything switched on that it can do."""

from __future__ import annotations

import base64
import hmac
import itertools
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from tests.servers.maildir import Maildir
from tests.servers.process import Owner, Process, filled, free_ports
from tests.servers.server import Server, User

_TEMPLATE = Path(__file__).with_name("dovecot.conf")
_FRESH_PASSWORD = "pw"
_TOKEN_KEY = b"mailkit-test-token-signing-key-0"

_USERS = {
    "alice": "",
    "bob": "",
    "ldj": "",
    "tiny": "userdb_quota_rule=*:storage=20K userdb_quota_rule2=*:messages=10",
    "admin": "userdb_admin=y",
    "moved": "nologin=y host=imap.example.org",
    "closed": "nologin=y reason=closed_for_maintenance",
}


class Dovecot(Server):
    """A running Dovecot.

    `host:port` speaks plain IMAP with STARTTLS, `host:tls_port` TLS; `strict_host:port` refuses logins before STARTTLS
    (LOGINDISABLED). Users: `alice`, `bob`, `ldj`, `tiny` (quota of 20 KiB and 10 messages), `admin` (may SETQUOTA) and
    whatever `fresh_user` gives; `moved` and `closed` are refused with REFERRAL and CONTACTADMIN. Passwords are name +
    "pw". `NAME*master` with `masterpw` (or PLAIN with an authorization identity) logs in as another.
    """

    strict_host: ClassVar[str] = "127.0.0.2"
    master: ClassVar[User] = User("master", "masterpw")

    def __init__(self) -> None:
        super().__init__("dovecot", Owner.of_mail())
        self.users = {name: f"{name}pw" for name in _USERS if name not in ("moved", "closed")}
        self.config = self.folder / "conf" / "dovecot.conf"
        self._fresh = itertools.count(1)

    def _launch(self) -> Process:
        self.port, self.tls_port = free_ports(2, self.host, self.strict_host)
        self._configure()
        return self.owner.spawn(["dovecot", "-F", "-c", self.config], log=self.folder / "output")

    def fresh_user(self) -> User:
        """A user that nobody used before, with an empty mailbox. Costs nothing until the first login."""
        return User(f"u-{next(self._fresh)}", _FRESH_PASSWORD)

    def maildir(self, user: str, mailbox: str = "INBOX") -> Maildir:
        """The mailbox on disk, made if need be."""
        return Maildir(self.folder / "home" / user / "Maildir", mailbox, self.owner)

    def jwt(self, user: str, *, lifetime: float = 3600) -> str:
        """A signed access token for XOAUTH2 and OAUTHBEARER; with a negative lifetime one that has expired."""
        now = int(time.time())
        claims = {"sub": user, "iat": now - 5, "nbf": now - 5, "exp": now + int(lifetime)}
        signed = f"{_base64url_json({'alg': 'HS256', 'typ': 'JWT'})}.{_base64url_json(claims)}"
        return f"{signed}.{_base64url(hmac.digest(_TOKEN_KEY, signed.encode(), 'sha256'))}"

    def preauth_argv(self, user: str) -> list[str]:
        """The command of a pre-authenticated session of that user on stdin and stdout, which needs no running server.

        It sees the same mail, without quota and ACL.
        """
        home = self.folder / "home" / user
        argv = ["env", f"USER={user}", f"HOME={home}", "/usr/lib/dovecot/imap", "-c", str(self._preauth_config)]
        if not self.owner.is_other:
            return argv
        return ["setpriv", f"--reuid={self.owner.uid}", f"--regid={self.owner.gid}", "--clear-groups", *argv]

    def kick(self, user: str) -> None:
        """End all connections of that user: the server says BYE."""
        self.doveadm("kick", user)

    def doveadm(self, *arguments: str) -> str:
        """Run Dovecot's administration command and give its output."""
        return self.owner.run(["doveadm", "-c", self.config, *arguments])

    def log(self) -> str:
        """What the server logged so far."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def _preauth_config(self) -> Path:
        return self.folder / "conf" / "preauth.conf"

    def _configure(self) -> None:
        for name in ("conf/acls", "run", "home", "public", "tmp", "quota"):
            (self.folder / name).mkdir(parents=True)
        self._write_users()
        self._write_token_key()
        self._write_quota()
        values = {
            "folder": self.folder,
            "user": self.owner.user,
            "group": self.owner.group,
            "port": self.port,
            "tls_port": self.tls_port,
            "certificate": self.certificates.server.certificate,
            "key": self.certificates.server.key,
            "authority": self.certificates.authority,
            "fresh_password": _FRESH_PASSWORD,
        }
        self.config.write_text(filled(_TEMPLATE, values))
        self._preauth_config.write_text(
            f"base_dir = {self.folder}/run\nlog_path = {self.folder}/preauth.log\nmail_home = {self.folder}/home/%u\n"
            "mail_location = maildir:~/Maildir\nmail_attribute_dict = file:%h/dovecot-attributes\nssl = no\n"
            "mail_fsync = never\nprotocol imap {\n  mail_plugins = zlib imap_zlib\n  imap_metadata = yes\n}\n"
            "namespace inbox {\n  inbox = yes\n  separator = /\n}\n"
        )
        self.owner.own(self.folder)

    def _write_users(self) -> None:
        # Passwords are kept in the clear: that way every mechanism can check them.
        lines = [
            f"{name}:{{PLAIN}}{name}pw::::{self.folder}/home/{name}::{fields}\n" for name, fields in _USERS.items()
        ]
        (self.folder / "conf" / "users").write_text("".join(lines))
        (self.folder / "conf" / "masters").write_text(f"{self.master.name}:{{PLAIN}}{self.master.password}\n")

    def _write_token_key(self) -> None:
        keys = self.folder / "conf" / "jwt"
        (keys / "default" / "HS256").mkdir(parents=True)
        (keys / "default" / "HS256" / "default").write_bytes(base64.b64encode(_TOKEN_KEY))
        (self.folder / "conf" / "oauth2").write_text(
            "introspection_mode = local\nusername_attribute = sub\n"
            f"local_validation_key_dict = fs:posix:prefix={keys}/\n"
        )

    def _write_quota(self) -> None:
        (self.folder / "conf" / "quota").write_text(
            f"uri = fs:posix:prefix={self.folder}/quota/\n"
            "key limit {\n  key = %u/quota/limit/storage\n  format = value\n  default_value = 1048576\n}\n"
            "userdb_fields {\n  quota_rule = *:storage=%{dict:limit}K\n}\n"
        )


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _base64url_json(value: Mapping[str, object]) -> str:
    return _base64url(json.dumps(value).encode())
