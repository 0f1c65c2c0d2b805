"""What every throw-away server offers."""

from __future__ import annotations

import abc
import shutil
import ssl
from pathlib import Path
from types import TracebackType
from typing import ClassVar, NamedTuple, Self

from tests.servers.certificates import Certificates, KeyPair
from tests.servers.process import Owner, Process, short_folder


class User(NamedTuple):
    """A name and its password."""

    name: str
    password: str


class Server(abc.ABC):
    """A server that runs between `start` and `stop`, or for the time of a `with` block, and leaves nothing behind.

    `host:port` speaks plain IMAP with STARTTLS. `users` are the names that can log in, with their passwords.
    """

    host: ClassVar[str] = "127.0.0.1"
    port: int
    users: dict[str, str]

    def __init__(self, name: str, owner: Owner) -> None:
        self.owner = owner
        self.folder = short_folder(name)
        self._process: Process | None = None

    def start(self) -> Self:
        """Return when the server greets."""
        try:
            self.certificates = Certificates.create(self.folder / "tls")
            self._process = self._launch()
            self._process.wait_for_greeting(self.host, self.port)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Kill every process of the server and remove its folder; harmless when repeated."""
        if self._process is not None:
            self._process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The authority to trust, as a PEM file."""
        return self.certificates.authority

    @property
    def client_cert(self) -> KeyPair:
        """A client certificate that EXTERNAL takes for alice."""
        return self.certificates.client

    def ssl_context(self, *, client_certificate: bool = False) -> ssl.SSLContext:
        """A context that trusts this server only, and shows alice's certificate if asked to."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        if client_certificate:
            context.load_cert_chain(self.client_cert.certificate, self.client_cert.key)
        return context

    @abc.abstractmethod
    def fresh_user(self) -> User:
        """A user that nobody used before, with an empty mailbox."""

    @abc.abstractmethod
    def _launch(self) -> Process:
        """Choose ports, write the configuration, start the process."""
