"""`vinhdanh paper …`: holding a paper against its codes and signatures, at the office or with no register at hand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import orjson
from flask import current_app
from flask.cli import AppGroup

from service.actor import machine
from service.errors import Refusal
from service.papers import codes
from service.papers.certificate_signing import signed_copy_of
from service.papers.offline_dossier import make_dossier
from service.papers.pades import Signature, roots_in, signatures_in
from service.papers.verifying import NotAPaper, codes_in, drawn_as
from service.trail import Sight
from service.trail.checkpoints import Unsigned
from service.trail.cli import audit


@audit.command("export")
@click.argument("nomination", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-values", is_flag=True, help="Không kèm giá trị riêng. / Leave private values out.")
def export_dossier(nomination: int, file: Path, without_values: bool) -> None:
    """Write the offline dossier of a nomination: a ZIP that anybody verifies without the service."""
    try:
        number = make_dossier(
            nomination, file.resolve(), sight=Sight.SENTENCES if without_values else Sight.VALUES, by=machine("cli")
        )
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message} / {refusal.message_en}") from None
    except Unsigned as wrong:
        raise click.ClickException(f"Nhật ký không khớp ở mục số {wrong.place}. / The trail does not fit at entry {wrong.place}.") from None
    click.echo(f"Đã lập, mốc số {number} phủ. / Made; checkpoint {number} covers it.")


paper = AppGroup("paper", help="Văn bản, Giấy khen: xác minh. / Papers and certificates: verifying.")


@paper.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="Khóa công khai (vinhdanh paper key): không hỏi cơ sở dữ liệu. / Public key: asks no register.")
@click.option("--revoked", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Danh sách đã hủy bỏ (vinhdanh paper revoked). / The list of revoked awards.")
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Thư mục chứng thư gốc được tin. / Folder of trusted root certificates.")
def verify(file: Path, key: str, revoked: Path | None, root: Path | None) -> None:
    """Tell whether the signatures of a PDF hold, what its codes certify, and whether their awards stand; exit with 1 if not."""
    content = file.read_bytes()
    try:
        found = codes_in(content, given := _key(key))
        gone = codes.read_revoked(revoked.read_bytes(), given) if revoked else None
    except NotAPaper:
        raise click.ClickException(f"{file.name}: không đọc được như PDF. / cannot be read as PDF.") from None
    except codes.NotOurs:
        raise click.ClickException("Danh sách hủy bỏ không do xã ký. / The list of revoked awards is not signed by this key.") from None
    signed = signatures_in(content, roots_in(root or current_app.extensions["settings"].signing_folder / "roots"))
    if not found and not signed:
        click.echo("Không có mã xác minh hay chữ ký số nào. / There is neither a code nor a signature in it.")
        sys.exit(1)
    wrong = _tell_signatures(signed)
    drawn = "" if key else drawn_as(content)
    touched = not all(one.intact for one in signed) or not key and not drawn
    for one in found:
        vi, en, bad = _said(one.certified, gone, ask=not key, touched=touched)
        wrong |= bad
        what = " · ".join(part for part in one.certified.words() if part) if one.certified else ""
        click.echo(f"Trang / page {one.page}: {what}\n  {vi} / {en}" if what else f"Trang / page {one.page}: {vi} / {en}")
    if not key and drawn != "stands":
        wrong = True
        click.echo(
            "Bản này đã được thay bằng bản mới hơn. / A later version has replaced this one." if drawn == "replaced"
            else "Tệp không trùng bản nào đã soạn: có thể đã bị sửa. / The file is none that was drawn up: it may have been changed."
        )
    if wrong:
        sys.exit(1)


def _tell_signatures(signed: Sequence[Signature]) -> bool:
    """Tell how each signature is found; whether one is broken or not trusted."""
    for one in signed:
        vi, en = (
            ("nguyên vẹn, chứng thư được tin", "intact, certificate trusted") if one.intact and one.trusted
            else ("nguyên vẹn, chứng thư chưa được tin ở đây", "intact, certificate not trusted here") if one.intact
            else ("ĐÃ BỊ SỬA sau khi ký", "CHANGED after it was signed")
        )
        click.echo(f"Chữ ký / signature: {one.who}: {vi} / {en}")
    return not all(one.intact and one.trusted for one in signed)


def _key(text: str) -> bytes | None:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if text and len(raw) != 32:
        raise click.ClickException("Khóa công khai gồm 64 chữ số thập lục phân. / The public key has 64 hexadecimal digits.")
    return raw or None


def _said(certified: codes.Certified | None, gone: object, *, ask: bool, touched: bool) -> tuple[str, str, bool]:
    """What is said of a code, in both languages, and whether that is bad; `touched`: the file around it is not as it was made."""
    if certified is None:
        return "Mã không do xã cấp, hoặc đã bị sửa.", "Not a code of ours, or changed.", True
    how = codes.standing_of(codes.code_of(certified)).how if ask else "signed"
    if how == "valid":
        copy = signed_copy_of(codes.code_of(certified))
        how = "touched" if touched else "replaced" if copy is not None and copy.stale else how
    if isinstance(gone, tuple) and certified.award in gone[1]:
        how = "revoked"
    return {
        "valid": ("Có giá trị.", "Valid.", False),
        "touched": (
            "Khen thưởng ghi trong mã còn hiệu lực, nhưng tệp này đã bị sửa.",
            "The award that the code tells of stands, but this file was changed.", True,
        ),
        "replaced": (
            "Khen thưởng còn hiệu lực, nhưng Giấy khen đã được sửa hoặc in lại sau bản này.",
            "The award stands, but its certificate was corrected or printed again since.", True,
        ),
        "revoked": ("Đã bị hủy bỏ.", "Revoked.", True),
        "unknown": ("Sổ không có.", "Not in the register.", True),
        "signed": (
            f"Mã đúng do xã cấp{f', không nằm trong danh sách hủy bỏ ngày {gone[0]:%d/%m/%Y}' if isinstance(gone, tuple) else ''}.",
            "A code of ours" + (f", not revoked by {gone[0].isoformat()}." if isinstance(gone, tuple) else "."), False,
        ),
    }[how]


@paper.command("key")
def key() -> None:
    """Print the public key with which codes are checked elsewhere."""
    click.echo(codes.public_key().hex())


@paper.command("revoked")
def revoked() -> None:
    """Print the signed list of revoked awards, for who verifies elsewhere."""
    click.echo(orjson.dumps(codes.revoked_list(), option=orjson.OPT_INDENT_2))
