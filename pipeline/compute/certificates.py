"""Make the certificates of a cluster: an authority of its own, and one for each role.

`make` takes a folder and writes ca.pem, ca-key.pem, and a file with certificate and key for the
desk, the scheduler and workers (X.509, RFC 5280; ECDSA on P-256). `expiry` reads when they end.
"""

import os
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.compute.security import AUTHORITY, ROLES, certificate, unreadable
from pipeline.errors import BabelwireError

AUTHORITY_KEY = "ca-key.pem"
VALID = timedelta(days=3650)
_YESTERDAY = timedelta(days=1)  # clocks of machines differ


def make(folder: Path, now: datetime) -> list[Path]:
    """Write certificates into a new or empty folder. Returns the files; keys are only its owner's.

    Raises:
        BabelwireError: there are some already, the folder cannot be written, or the library is not
            installed.
    """
    if find_spec("cryptography") is None:
        reason = "the library for certificates is not installed"
        raise BabelwireError(str(folder), reason, 'pip install "babelwire[cluster]"')
    paths = [folder / AUTHORITY, folder / AUTHORITY_KEY, *(certificate(folder, r) for r in ROLES)]
    if there := [path for path in paths if path.exists()]:
        reason = f"{there[0].name} is there already: who has it would lose the connection"
        raise BabelwireError(str(folder), reason, "name another folder, or remove these files")
    authority = _Maker(now)
    contents = [authority.certificate, authority.key, *map(authority.issued, ROLES)]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path, content in zip(paths, contents, strict=True):
            mode = 0o644 if path.name == AUTHORITY else 0o600
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content)
    except OSError as error:
        reason = f"cannot be written ({error.strerror or error})"
        raise BabelwireError(str(folder), reason, "name another folder") from error
    return paths


def expiry(path: Path) -> datetime:
    """Return until when a certificate is valid.

    Raises:
        BabelwireError: it cannot be read.
    """
    try:
        from cryptography import x509

        until: datetime = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
        return until
    except (ImportError, OSError, ValueError) as error:
        raise unreadable(path, error, "this certificate cannot be read") from error


class _Maker:
    """An authority that issues certificates; it is forgotten with the object."""

    def __init__(self, now: datetime) -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec

        self._now = now.astimezone(UTC)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("babelwire cluster")
        signs = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(signs, critical=True)
        )
        self.certificate = _pem(builder.sign(self._key, _hash()))
        self.key = _private(self._key)

    def _builder(self, name: Any, key: Any) -> Any:
        from cryptography import x509

        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - _YESTERDAY)
            .not_valid_after(self._now + VALID)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )

    def issued(self, role: str) -> bytes:
        """A certificate for a role, followed by its key, as PEM (RFC 7468)."""
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID

        key = ec.generate_private_key(ec.SECP256R1())
        uses = x509.ExtendedKeyUsage(
            [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        )
        builder = (
            self._builder(_name(f"babelwire {role}"), key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(uses, critical=False)
        )
        return _pem(builder.sign(self._key, _hash())) + _private(key)


def _name(text: str) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _hash() -> Any:
    from cryptography.hazmat.primitives import hashes

    return hashes.SHA256()


def _pem(made: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return bytes(made.public_bytes(Encoding.PEM))


def _private(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
