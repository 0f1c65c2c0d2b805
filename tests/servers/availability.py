"""Whether a server can be started here, or the tests of imaplib be run, and what to say when not."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.servers import cyrus
from tests.servers.process import Owner


def require(server: str) -> None:
    """Return if `server` can be started; else skip the test with the reason, or fail it where CI=true.

    `server` is "dovecot", "pymap" or "cyrus"; or "imaplib", which stands for this interpreter's own tests of it.
    """
    reason = _MISSING[server]()
    if reason is None:
        return
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"{server} is needed in CI, but {reason}", pytrace=False)
    pytest.skip(f"{server}: {reason}")


def report() -> dict[str, str | None]:
    """For every server the reason why it cannot be started, or None."""
    return {server: missing() for server, missing in _MISSING.items()}


def left_out(skipped: Iterable[pytest.TestReport]) -> list[str]:
    """A line for every reason for which tests were skipped, with their number."""
    reasons = Counter(str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple))
    return [f"{count} left out: {reason.removeprefix('Skipped: ')}" for reason, count in reasons.items()]


@functools.cache
def _dovecot_missing() -> str | None:
    dovecot = shutil.which("dovecot", path=_PATH)
    if dovecot is None or not Path("/usr/lib/dovecot/imap").exists():
        return "it is not installed (Debian: apt-get install dovecot-imapd)"
    version = subprocess.run([dovecot, "--version"], check=False, capture_output=True, text=True).stdout
    if not re.match(r"2\.3\.", version):
        return f"the tests have a configuration for version 2.3, and here is {version.split()[0]}"
    return _openssl_missing() or _nameless()


@functools.cache
def _pymap_missing() -> str | None:
    if importlib.util.find_spec("pymap") is None:
        return "it is not installed (pip install pymap)"
    return _openssl_missing()


@functools.cache
def _cyrus_missing() -> str | None:
    if cyrus.programs() is None or shutil.which("saslpasswd2", path=_PATH) is None:
        return "it is not installed (Debian: scripts/install-servers)"
    return _openssl_missing() or _nameless()


@functools.cache
def _imaplib_tests_missing() -> str | None:
    if importlib.util.find_spec("test.test_imaplib") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"this Python has no tests of its own (Debian: apt-get install libpython{version}-testsuite)"
    return None


def _openssl_missing() -> str | None:
    return None if shutil.which("openssl", path=_PATH) else "the openssl command is not installed"


def _nameless() -> str | None:
    """Mail servers look up who they run as."""
    try:
        Owner.of_mail()
    except KeyError:
        return f"user {os.getuid()} has no passwd entry, as mail servers want"
    return None


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
_MISSING: dict[str, Callable[[], str | None]] = {
    "dovecot": _dovecot_missing,
    "pymap": _pymap_missing,
    "cyrus": _cyrus_missing,
    "imaplib": _imaplib_tests_missing,
}
