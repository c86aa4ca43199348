"""Signatures in a PDF (PAdES): places for them, number and day filled in between, and looking at what was signed.

Works on bytes. The first signature leaves the form open (DocMDP 2): number, day and the organisation's signature come as
incremental updates that do not break it; any other change does.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from service import clock

PERSON, OFFICE = "NguoiKy", "CoQuan"
"""Names of the two places: who signs, and the organisation."""
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_DIGEST = "sha256"
Draw = Callable[[float, float], bytes]
"""Sets what stands in a place of this width and height (points), as PDF."""


class NoKey(Exception):
    """A key file that is not there, cannot be opened with the passphrase, or whose certificate has run out: `why` says which."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Slot:
    """An open place on a page, in points from its lower left corner."""

    name: str
    page: int
    box: tuple[float, float, float, float]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        x0, y0, x1, y1 = self.box
        return x1 - x0, y1 - y0


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in a PDF as it is found."""

    place: str
    who: str
    intact: bool
    """Whether the bytes that were signed are still those, and nothing was changed since but what it left open."""
    trusted: bool
    """Whether the certificate leads to one that is trusted here."""


class Signer(signers.SimpleSigner):
    """Who signs, with the key held open: pyHanko reads and checks it anew for each signature, most of the time that one takes."""

    @cached_property
    def _key(self) -> Any:
        return load_der_private_key(self.signing_key.dump(), password=None)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """The bare signature of a digest's attributes."""
        how = self.get_signature_mechanism_for_digest(digest_algorithm)
        if isinstance(self._key, RSAPrivateKey) and how.signature_algo == "rsassa_pkcs1v15" and digest_algorithm == _DIGEST:
            return self._key.sign(data, PKCS1v15(), SHA256())
        return super().sign_raw(data, digest_algorithm)

    @cached_property
    def room(self) -> int:
        """Characters that a signature takes at most: the certificates in it, the signature itself and what stands around them."""
        return 2 * (sum(len(one.dump()) for one in (self.signing_cert, *self.cert_registry)) + 2048)


def open_key(path: Path, passphrase: str) -> Signer:
    """The signer of a key file (PKCS #12); raises NoKey. The passphrase is used here and kept nowhere."""
    if not path.is_file():
        raise NoKey("missing")
    try:
        read: signers.SimpleSigner | None = signers.SimpleSigner.load_pkcs12_data(path.read_bytes(), [], passphrase.encode())
    except (SigningError, ValueError, TypeError):
        raise NoKey("passphrase") from None
    if read is None:
        raise NoKey("passphrase")
    signer = Signer(read.signing_cert, read.signing_key, read.cert_registry)
    certificate: Certificate = signer.signing_cert
    if not certificate.not_valid_before <= clock.now() <= certificate.not_valid_after:
        raise NoKey("expired")
    return signer


def laid_open(signer: Signer) -> tuple[bytes, bytes, list[bytes]]:
    """A signer as bytes, for `taken_up` in another process: certificate, key, the other certificates. Never to be stored or logged."""
    certificate: Any = signer.signing_cert
    key: Any = signer.signing_key
    return certificate.dump(), key.dump(), [one.dump() for one in signer.cert_registry]


def taken_up(laid: tuple[bytes, bytes, list[bytes]]) -> Signer:
    """The signer that was laid open."""
    certificate, key, others = laid
    registry = SimpleCertificateStore()
    registry.register_multiple(Certificate.load(one) for one in others)
    return Signer(Certificate.load(certificate), PrivateKeyInfo.load(key), registry)


def name_of(signer: Signer) -> str:
    """Whose certificate a signer has."""
    return _common_name(signer.signing_cert)


def _common_name(certificate: Any) -> str:
    return str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))


def prepare(content: bytes, slots: Sequence[Slot]) -> bytes:
    """Lay open places into a PDF: fields for words, and the two signature fields."""
    w = IncrementalPdfFileWriter(io.BytesIO(content))
    fields = [_text_field(w, slot) for slot in slots if slot.name not in (PERSON, OFFICE)]
    form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject(fields)})
    w.root["/AcroForm"] = w.add_object(form)
    w.update_root()
    for slot in slots:
        if slot.name in (PERSON, OFFICE):
            x0, y0, x1, y1 = (round(v) for v in slot.box)
            append_signature_field(w, SigFieldSpec(slot.name, on_page=slot.page, box=(x0, y0, x1, y1), empty_field_appearance=True))
    return _written(w)


def _text_field(w: IncrementalPdfFileWriter, slot: Slot) -> Any:
    page_ref: Any = w.find_page_for_modification(slot.page)[0]
    width, height = slot.size
    empty = generic.StreamObject(
        dict_data={
            pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, width, height), pdf_name("/Resources"): generic.DictionaryObject(),
        },
        stream_data=b"",
    )
    field = w.add_object(generic.DictionaryObject({
        pdf_name("/FT"): pdf_name("/Tx"), pdf_name("/T"): pdf_string(slot.name), pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name("/Widget"), pdf_name("/F"): generic.NumberObject(4),
        pdf_name("/Rect"): _numbers(*slot.box), pdf_name("/P"): page_ref, pdf_name("/DA"): pdf_string("/Helv 0 Tf 0 g"),
        pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): w.add_object(empty)}),
    }))
    page = page_ref.get_object()
    if "/Annots" in page:
        page["/Annots"].append(field)
        w.update_container(page["/Annots"])
    else:
        page["/Annots"] = generic.ArrayObject([field])
        w.mark_update(page_ref)
    return field


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(round(v, 2)) for v in values])


def _written(w: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def fill(content: bytes, words: Mapping[str, tuple[str, Draw]]) -> bytes:
    """Fill open places as an incremental update, each with its words and how they are set."""
    w = IncrementalPdfFileWriter(io.BytesIO(content))
    for ref in _fields(w):
        field = ref.get_object()
        if str(field["/T"]) not in words:
            continue
        said, draw = words[str(field["/T"])]
        x0, y0, x1, y1 = (float(v) for v in field["/Rect"])
        field["/V"] = pdf_string(said)
        page = PdfFileReader(io.BytesIO(draw(x1 - x0, y1 - y0)))
        field["/AP"][pdf_name("/N")] = w.import_page_as_xobject(page)
        w.mark_update(ref)
    return _written(w)


def _fields(w: IncrementalPdfFileWriter) -> list[Any]:
    array = w.root["/AcroForm"]["/Fields"]
    return [array.raw_get(place) for place in range(len(array))]


class _Page(PdfContent):
    """A page that is at hand as bytes, drawn where a signature stands."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._content)))
        self.resources.xobject["/Mark"] = page
        x0, y0, x1, y1 = (float(v) for v in page.get_object()["/BBox"])
        self.box = BoxConstraints(width=x1 - x0, height=y1 - y0)
        return b"/Mark Do"


def sign(content: bytes, signer: Signer, place: str, draw: Draw) -> bytes:
    """Sign a PDF in one of its two places; the first signature certifies it and leaves the form open."""
    w = IncrementalPdfFileWriter(io.BytesIO(content))
    field = next(f for f in (ref.get_object() for ref in _fields(w)) if str(f["/T"]) == place)
    x0, y0, x1, y1 = (float(v) for v in field["/Rect"])
    meta = signers.PdfSignatureMetadata(
        field_name=place, subfilter=SigSeedSubFilter.PADES, md_algorithm=_DIGEST, certify=place == PERSON,
        docmdp_permissions=MDPPerm.FILL_FORMS, name=name_of(signer),
    )
    style = StaticStampStyle(border_width=0, background=_Page(draw(x1 - x0, y1 - y0)))
    out = io.BytesIO()
    _apart(lambda: signers.PdfSigner(meta, signer, stamp_style=style).sign_pdf(w, output=out, bytes_reserved=signer.room))
    return out.getvalue()


def _apart(call: Callable[[], Any]) -> Any:
    """Call what runs an event loop of its own in a thread of its own: the caller's may have one running already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def signatures_in(content: bytes, roots: Sequence[Certificate] = ()) -> list[Signature]:
    """The signatures of a PDF in their order; none where there is none. Nothing is fetched. Raises PdfError for what is no PDF."""
    reader = PdfFileReader(io.BytesIO(content))
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=clock.now())
    found = []
    for one in reader.embedded_signatures:
        try:
            status = _apart(partial(validate_pdf_signature, one, context, key_usage_settings=_USAGE))
            intact = status.intact and status.valid and status.docmdp_ok is not False
            intact = intact and status.modification_level in (
                ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING
            )
            trusted = bool(status.trusted)
        except (SignatureValidationError, PdfError, ValueError):
            intact, trusted = False, False
        found.append(Signature(str(one.field_name), _common_name(one.signer_cert), intact, trusted))
    return found


_CERTIFICATES = (".pem", ".crt", ".cer", ".der")


def roots_in(folder: Path) -> list[Certificate]:
    """The certificates that are trusted: those of a folder that can be read."""
    found: list[Certificate] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in _CERTIFICATES:
            with suppress(ValueError):
                found += load_certs_from_pemder([str(path)])
    return found


def moment_words(at: datetime) -> str:
    """The time of a signature as it stands on the paper (law.md 5.4): 2025-09-22T09:46:58+0700."""
    return f"{at:%Y-%m-%dT%H:%M:%S%z}"
