"""What an authentication can be bound to: that depends on the version of TLS, and on what Python gives."""

from __future__ import annotations

import ssl

import pytest

from mailkit.protocol.tls import channel_binding


class _Connection(ssl.SSLObject):
    """A TLS connection of some version whose bindings are their names."""

    def __init__(self, version: str | None) -> None:
        self._version = version

    def version(self) -> str | None:
        return self._version

    def get_channel_binding(self, cb_type: str = "tls-unique") -> bytes:
        return cb_type.encode()


@pytest.mark.parametrize(
    ("version", "kind", "given"),
    [
        ("TLSv1.1", "tls-unique", b"tls-unique"),
        ("TLSv1.2", "tls-unique", b"tls-unique"),
        ("TLSv1.3", "tls-unique", None),
        ("TLSv1.2", "tls-exporter", None),
        ("TLSv1.3", "tls-exporter", b"tls-exporter"),
        ("TLSv1.4", "tls-unique", None),
        (None, "tls-unique", None),
        ("TLSv1.3", "tls-server-end-point", None),
    ],
)
def test_each_version_of_tls_has_one_binding(
    monkeypatch: pytest.MonkeyPatch, version: str | None, kind: str, given: bytes | None
) -> None:
    """As it is in a Python that has both."""
    monkeypatch.setattr(ssl, "CHANNEL_BINDING_TYPES", ["tls-unique", "tls-exporter"])
    assert channel_binding(_Connection(version), kind) == given


def test_a_binding_that_this_python_has_not_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "CHANNEL_BINDING_TYPES", ["tls-unique"])
    assert channel_binding(_Connection("TLSv1.3"), "tls-exporter") is None
