"""Key files for tests: a root, and certificates that it signed; and the end of a batch that is signed with them."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from service import clock, papers
from service.papers import PaperBatch
from tests.journeys.office import Office

Pair = tuple[x509.Certificate, rsa.RSAPrivateKey]


@cache
def _private(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate(name: str, *, issuer: Pair | None = None, days: int = 700) -> Pair:
    """A certificate and its key; without an issuer a root of its own."""
    key = _private(name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=30)).not_valid_after(clock.now() + timedelta(days=days))
    )
    ends, signs = (issuer is None, issuer is not None)
    made = made.add_extension(x509.BasicConstraints(ca=ends, path_length=None), critical=True).add_extension(
        x509.KeyUsage(
            digital_signature=True, content_commitment=signs, key_encipherment=False, data_encipherment=False, key_agreement=False,
            key_cert_sign=ends, crl_sign=ends, encipher_only=False, decipher_only=False,
        ), critical=True,
    )
    return made.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def lay_keys(folder: Path, *, days: int = 700, trust: bool = True, passphrase: str = "") -> None:
    """Key files of the chair and of the organisation, and the root that is trusted; without a passphrase it is the file's name."""
    root = certificate("Gốc thử nghiệm")
    (folder / "roots").mkdir(parents=True, exist_ok=True)
    if trust:
        (folder / "roots" / "root.pem").write_bytes(root[0].public_bytes(serialization.Encoding.PEM))
    for login, name in (("chutich", "Hồ Đại Ngàn"), ("organisation", "ỦY BAN NHÂN DÂN XÃ SƠN MAI")):
        own, key = certificate(name, issuer=root, days=days)
        sealed = serialization.BestAvailableEncryption((passphrase or login).encode())
        (folder / f"{login}.p12").write_bytes(pkcs12.serialize_key_and_certificates(login.encode(), key, own, [root[0]], sealed))


def when_signed(office: Office, batch: PaperBatch) -> PaperBatch:
    """A batch of certificates once the thread that signs it has ended."""
    for thread in threading.enumerate():
        if thread.name == f"papers.certificates:{batch.id}":
            thread.join()
    return papers.read_batch(batch.id, by=office.who("vanthu"))
