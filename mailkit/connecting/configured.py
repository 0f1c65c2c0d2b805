"""Accounts in a file of settings: who connects how, said once."""

from __future__ import annotations

import os
import shlex
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from ssl import SSLContext

import attrs
import cattrs
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError

from mailkit.connecting.endpoint import Endpoint, Security
from mailkit.credentials import Credentials, External, OAuth2
from mailkit.errors import ConfigurationError
from mailkit.protocol.tls import verified_context


def _default_path() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home, "mailkit", "accounts.toml").expanduser()


@attrs.frozen(kw_only=True)
class Settings:
    """One table of the file: the arguments of `Account.connect`, and where the password comes from.

    The server is `url`, or `host`, `port`, `user` and `security` ("tls", "starttls" or "plaintext"), or `path` (a Unix
    socket), or `command` (a process to talk to, as a list).

    The password is `password`, or what `password_command` prints: a list, run without a shell at every login, of whose
    output the first line counts. `token_command` prints an OAuth 2.0 access token, and `external = true` relies on a
    client certificate. With none of these, the environment and the keyring are asked.

    `ca_file` is an authority to trust beside the system's; `certificate` and `key` are the client's own.
    """

    url: str | None = attrs.field(default=None, repr=False)
    host: str | None = None
    port: int | None = None
    user: str | None = None
    security: Security | None = None
    path: str | None = None
    command: list[str] | None = None
    password: str | None = attrs.field(default=None, repr=False)
    password_command: list[str] | None = None
    token_command: list[str] | None = None
    external: bool = False
    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    timeout: float = 60.0
    max_connections: int = 4
    reconnect: bool = True
    compress: bool = False

    def credentials(self) -> str | Callable[[], str] | Credentials | None:
        """What the file says to prove who we are; None if nothing."""
        if self.external:
            return External()
        if self.token_command is not None:
            user = self.user or (Endpoint.of(self.url).user if self.url is not None else None)
            return OAuth2(user or "", _printed_by(self.token_command))
        if self.password_command is not None:
            return _printed_by(self.password_command)
        return self.password

    def ssl_context(self) -> SSLContext | None:
        """Whom to trust and what certificate to show; None for what is usual."""
        if self.ca_file is None and self.certificate is None:
            return None
        context = verified_context()
        try:
            if self.ca_file is not None:
                context.load_verify_locations(self.ca_file.expanduser())
            if self.certificate is not None:
                context.load_cert_chain(self.certificate.expanduser(), self.key and self.key.expanduser())
        except OSError as problem:
            key = "ca_file" if self.certificate is None else "certificate"
            raise ConfigurationError(f"{key}: cannot be read: {problem}", key=key) from problem
        return context


def load(name: str, path: Path | str | None = None) -> Settings:
    """The settings of one account; `ConfigurationError` says which key of which file is wrong, never its value."""
    file = Path(path).expanduser() if path is not None else _default_path()
    found = _read(file, name)
    if isinstance(found, ConfigurationError):
        raise found
    return found


def _read(file: Path, name: str) -> Settings | ConfigurationError:
    """The error is told and not raised: every frame that it passes shows its locals, and passwords are in these."""
    try:
        accounts = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return ConfigurationError(f"there is no {file}: make it, with a table [{name}] in it", key=None)
    except (OSError, ValueError) as problem:
        return ConfigurationError(f"{file} cannot be read: {problem}", key=None)
    table = accounts.get(name)
    if not isinstance(table, dict):
        there = ", ".join(sorted(accounts)) or "none"
        return ConfigurationError(f"{file} has no table [{name}]; there is {there}", key=name)
    try:
        return _converter().structure(table, Settings)
    except ClassValidationError as problem:
        key, words = _explained(problem)
        return ConfigurationError(f"{file}: {name}.{key} {words}", key=f"{name}.{key}")


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for kind, article in ((str, "a text"), (bool, "true or false"), (int, "a whole number")):
        converter.register_structure_hook(kind, _strictly(kind, article))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook_func(lambda kind: bool(kind == list[str]), _words)
    converter.register_structure_hook(Path, _file)
    converter.register_structure_hook(Security, _security)
    return converter


def _strictly(kind: type, article: str) -> Callable[[object, object], object]:
    """cattrs would take 1 for "1"; a file of settings means what it says."""

    def structure(value: object, _: object) -> object:
        if type(value) is not kind:
            raise ValueError(f"must be {article}")
        return value

    return structure


def _words(value: object, _: object) -> list[str]:
    if not isinstance(value, list) or not value or any(type(word) is not str for word in value):
        raise ValueError("must be a list of texts")
    return value


def _file(value: object, _: object) -> Path:
    if isinstance(value, str):
        return Path(value)
    raise ValueError("must be a text")


def _number(value: object, _: object) -> float:
    if type(value) not in (int, float):
        raise ValueError("must be a number")
    assert isinstance(value, int | float)
    return float(value)


def _security(value: object, _: object) -> Security:
    try:
        return Security(value)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(repr(one.value) for one in Security)}") from None


def _explained(problem: ClassValidationError) -> tuple[str, str]:
    """The first key that is wrong, and what about it."""
    with_notes, without = problem.group_exceptions()
    for cause, note in with_notes:
        return note.name, str(cause)
    for cause in without:
        if isinstance(cause, ForbiddenExtraKeysError):
            return sorted(cause.extra_fields)[0], f"is unknown; there are {', '.join(_keys())}"
    return "", "cannot be understood"


def _keys() -> list[str]:
    return sorted(field.name for field in attrs.fields(Settings))


def _printed_by(argv: list[str]) -> Callable[[], str]:
    def run() -> str:
        try:
            # Running the command that the user wrote into the file is what this is for.
            done = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError) as problem:
            raise ConfigurationError(f"{shlex.join(argv)} gave no secret: {problem}", key=None) from None
        return done.stdout.partition("\n")[0]

    return run
