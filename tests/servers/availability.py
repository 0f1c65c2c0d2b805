"""Whether a server can be started here, and what to say when it cannot."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Server = str
"""A key of `_MISSING`."""


def require(server: Server) -> None:
    """Return if `server` can be started; else skip the test with the reason, or fail it where CI=true."""
    reason = _MISSING[server]()
    if reason is None:
        return
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"{server} is needed in CI, but {reason}", pytrace=False)
    pytest.skip(f"{server}: {reason}")


def report() -> dict[Server, str | None]:
    """For every server the reason why it cannot be started, or None."""
    return {server: missing() for server, missing in _MISSING.items()}


@functools.cache
def _dovecot_missing() -> str | None:
    dovecot = shutil.which("dovecot", path=_PATH)
    if dovecot is None or not Path("/usr/lib/dovecot/imap").exists():
        return "it is not installed (Debian: apt-get install dovecot-imapd)"
    version = subprocess.run([dovecot, "--version"], check=False, capture_output=True, text=True).stdout
    if not re.match(r"2\.3\.", version):
        return f"the tests have a configuration for version 2.3, and here is {version.split()[0]}"
    return _openssl_missing()


def _openssl_missing() -> str | None:
    return None if shutil.which("openssl") else "the openssl command is not installed"


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
_MISSING: dict[Server, Callable[[], str | None]] = {"dovecot": _dovecot_missing}
