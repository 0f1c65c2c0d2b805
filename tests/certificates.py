"""Throw-away certificates, made with the openssl command: one good server, and every kind of bad one."""

from __future__ import annotations

import ssl
import subprocess
import warnings
from pathlib import Path

import attrs

_SAN = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"


@attrs.frozen
class Identity:
    """A certificate and its private key, as PEM files."""

    certificate: Path
    key: Path

    def server_context(self, *, maximum: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """A server's context; `maximum` may be a version nobody should speak any more."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        if maximum is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                context.maximum_version = maximum
            context.set_ciphers("ALL:@SECLEVEL=0")
        return context


@attrs.frozen
class Certificates:
    """All identities of one test run; `ca` has signed every one but `self_signed`."""

    ca: Path
    server: Identity
    """Valid for localhost, 127.0.0.1 and ::1."""
    self_signed: Identity
    wrong_host: Identity
    """Valid, but for imap.example.org."""
    expired: Identity
    """For localhost, until yesterday."""
    client: Identity
    """For SASL EXTERNAL; its common name is alice."""

    def client_context(self) -> ssl.SSLContext:
        """What a careful client has that trusts this CA and no other."""
        return ssl.create_default_context(cafile=str(self.ca))

    @classmethod
    def make(cls, directory: Path) -> Certificates:
        """Make them all in `directory` (0.2 s)."""
        ca = _make_ca(directory)
        return cls(
            ca=ca.certificate,
            server=_sign(directory, ca, "server", "localhost", _SAN, "serverAuth"),
            self_signed=_self_sign(directory, "self-signed", "localhost", "-addext", _SAN),
            wrong_host=_sign(
                directory, ca, "wrong-host", "imap.example.org", "subjectAltName=DNS:imap.example.org", "serverAuth"
            ),
            expired=_sign(directory, ca, "expired", "localhost", _SAN, "serverAuth", days=-1),
            client=_sign(directory, ca, "client", "alice", "subjectAltName=email:alice@example.org", "clientAuth"),
        )


def _make_ca(directory: Path) -> Identity:
    usage = "keyUsage=critical,keyCertSign,cRLSign"
    return _self_sign(
        directory, "ca", "Throw-away CA", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", usage
    )


def _self_sign(directory: Path, name: str, common_name: str, *options: str) -> Identity:
    made = _make_key(directory, name)
    config = directory / "openssl.cnf"
    config.write_text("[req]\ndistinguished_name = dn\n[dn]\n")
    _openssl(
        *("req", "-config", str(config), "-x509", "-new", "-key", str(made.key), "-days", "2"),
        *("-subj", f"/CN={common_name}", "-addext", "subjectKeyIdentifier=hash", *options),
        *("-out", str(made.certificate)),
    )
    return made


def _sign(
    directory: Path, ca: Identity, name: str, common_name: str, subject: str, usage: str, *, days: int = 2
) -> Identity:
    made = _make_key(directory, name)
    request, extensions = directory / f"{name}.csr", directory / f"{name}.ext"
    extensions.write_text(
        f"basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage={usage}\n{subject}\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    config = directory / "openssl.cnf"
    _openssl(
        *("req", "-config", str(config), "-new", "-key", str(made.key)),
        *("-subj", f"/CN={common_name}", "-out", str(request)),
    )
    _openssl(
        *("x509", "-req", "-in", str(request), "-CA", str(ca.certificate), "-CAkey", str(ca.key), "-CAcreateserial"),
        *("-days", str(days), "-extfile", str(extensions), "-out", str(made.certificate)),
    )
    return made


def _make_key(directory: Path, name: str) -> Identity:
    made = Identity(directory / f"{name}.pem", directory / f"{name}.key")
    _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(made.key))
    return made


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)
