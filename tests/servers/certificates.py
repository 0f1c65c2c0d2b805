"""A throw-away certificate authority with one server and one client certificate."""

from __future__ import annotations

import subprocess
from pathlib import Path

import attrs

_SERVER_NAMES = "DNS:localhost,IP:127.0.0.1,IP:127.0.0.2,IP:::1"


@attrs.frozen
class KeyPair:
    """A certificate and its private key, as PEM files."""

    certificate: Path
    key: Path


@attrs.frozen
class Certificates:
    """What a TLS server and its clients need: `authority` signed both key pairs; `client` names the user alice."""

    authority: Path
    server: KeyPair
    client: KeyPair

    @classmethod
    def create(cls, folder: Path) -> Certificates:
        """Make all of them below `folder` with the openssl command (0.1 s)."""
        folder.mkdir(parents=True, exist_ok=True)
        authority = _key(folder, "ca")
        _openssl(
            *("req", "-x509", "-new", "-key", authority.key, "-days", "3650", "-subj", "/CN=mailkit test CA"),
            *("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-out", authority.certificate),
        )
        server = _signed(folder, "server", "localhost", f"subjectAltName={_SERVER_NAMES}", "serverAuth", authority)
        client = _signed(folder, "client", "alice", "subjectAltName=DNS:alice", "clientAuth", authority)
        return cls(authority.certificate, server, client)


def _signed(folder: Path, name: str, common_name: str, names: str, usage: str, authority: KeyPair) -> KeyPair:
    pair = _key(folder, name)
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    extensions.write_text(
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
        f"{names}\nextendedKeyUsage={usage}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    _openssl("req", "-new", "-key", pair.key, "-subj", f"/CN={common_name}", "-out", request)
    _openssl(
        *("x509", "-req", "-in", request, "-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial"),
        *("-days", "3650", "-extfile", extensions, "-out", pair.certificate),
    )
    return pair


def _key(folder: Path, name: str) -> KeyPair:
    pair = KeyPair(folder / f"{name}.pem", folder / f"{name}.key")
    _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", pair.key)
    pair.key.chmod(0o600)
    return pair


def _openssl(*arguments: str | Path) -> None:
    done = subprocess.run(["openssl", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr.strip()}")
