"""Run the interpreter's own tests of imaplib, unchanged, with `mailkit.protocol` in its place; print what came of it.

Run as a program: `python -m tests.protocol.classic.stdlib_suite`.
"""

from __future__ import annotations

import json
import ssl
import sys
import unittest
from collections.abc import Iterator
from types import ModuleType

from test import support  # type: ignore[import-not-found]  # typeshed leaves it out

from mailkit import protocol

_UTF8 = "reads the private _encoding, and wants UTF8 ( inside the literal, where RFC 6855 has it outside"
_MAXLINE = "changes the private _MAXLINE"
_DUMP = "calls the private _dump_ur"

EXCLUDED = {
    "NewIMAPTests.test_enable_UTF8_True_append": _UTF8,
    "NewIMAPSSLTests.test_enable_UTF8_True_append": _UTF8,
    "ThreadedNetworkedTests.test_enable_UTF8_True_append": _UTF8,
    "ThreadedNetworkedTestsSSL.test_enable_UTF8_True_append": _UTF8,
    "NewIMAPTests.test_linetoolong": _MAXLINE,
    "NewIMAPSSLTests.test_linetoolong": _MAXLINE,
    "ThreadedNetworkedTests.test_dump_ur": _DUMP,
    "ThreadedNetworkedTestsSSL.test_dump_ur": _DUMP,
}
"""Tests that are left out, and why."""


class Unverified(protocol.IMAP4_SSL):
    """Without a context it verifies nothing, as imaplib does: the first of the three differences."""

    def __init__(
        self,
        host: str = "",
        port: int = protocol.IMAP4_SSL_PORT,
        *,
        certfile: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        timeout: float | None = None,
    ) -> None:
        if ssl_context is None and certfile is None:
            ssl_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            ssl_context.check_hostname = False
            ssl_context.verify_mode = ssl.CERT_NONE
        super().__init__(host, port, certfile=certfile, ssl_context=ssl_context, timeout=timeout)


def _in_its_place() -> ModuleType:
    """A module with the names of `mailkit.protocol`, and one more that the tests look at."""
    module = ModuleType("imaplib", protocol.__doc__)
    for name in protocol.__all__:
        setattr(module, name, getattr(protocol, name))
    module.__dict__["IMAP4_SSL"] = Unverified
    module.__dict__["_MAXLINE"] = protocol.IMAP4.limits.line
    return module


def _wanted(tests: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from _wanted(test)
        elif test.id().removeprefix("test.test_imaplib.") not in EXCLUDED:
            yield test


def main() -> None:
    """Run them, and print a JSON object: how many ran, which were skipped, what failed."""
    sys.modules["imaplib"] = _in_its_place()
    # Two tests wait until a server that serves one at a time has lost patience with the other connection.
    support.LOOPBACK_TIMEOUT = 1.0
    support.verbose = 0
    tests = unittest.defaultTestLoader.loadTestsFromName("test.test_imaplib")
    result = unittest.TestResult()
    unittest.TestSuite(_wanted(tests)).run(result)
    failed = {test.id(): trace for test, trace in (*result.failures, *result.errors)}
    skipped = {test.id(): reason for test, reason in result.skipped}
    print(json.dumps({"ran": result.testsRun, "skipped": skipped, "failed": failed}))


if __name__ == "__main__":
    main()
