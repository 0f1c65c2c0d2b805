"""What every command is: a value with what the command line said, and a `run`."""

from __future__ import annotations

import getpass
import os
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser

import attrs

from mailkit.blocking.account import Account
from mailkit.cli.output import Output
from mailkit.connecting.endpoint import Endpoint
from mailkit.errors import UsageError


@attrs.frozen
class Where:
    """Which account is meant: a table of the file of settings, or a URL."""

    name: str | None
    url: str | None

    def connect(self) -> Account:
        """Connected and logged in; the password is asked for where it is nowhere and somebody is there to be asked."""
        if self.name is not None:
            return Account.configured(self.name)
        return Account.connect(self.known_url, credentials=self.password())

    @property
    def known_url(self) -> str:
        """The URL, or `UsageError` that says how to give one."""
        if self.url is None:
            raise UsageError("which account? give --url imaps://you@host, set MAILKIT_URL, or give --account NAME")
        return self.url

    def password(self) -> str | None:
        """One that a person typed without echo; None where there is another source, or nobody at a terminal."""
        place = Endpoint.of(self.known_url)
        if place.password or os.environ.get("MAILKIT_PASSWORD") or not sys.stdin.isatty():
            return None
        return getpass.getpass(f"Password of {place.user} at {place.host}: ")


@attrs.frozen
class Action(ABC):
    """A command; its docstring is its help, its fields have the names of its arguments."""

    @classmethod
    @abstractmethod
    def describe(cls, parser: ArgumentParser) -> None:
        """Add its arguments to the parser."""

    @abstractmethod
    def run(self, where: Where, output: Output) -> None:
        """Do it."""
