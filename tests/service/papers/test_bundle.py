"""The package as one ZIP: what lies in it, that its hashes hold, who may take it, and that it is the same twice."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from service import clock, papers, trail
from service.awards.files import attach_file
from service.errors import Conflict, Forbidden, NotFound
from tests.journeys.office import PDF, Office
from tests.service.papers.conftest import ROUND
from tests.service.papers.keys import lay_keys

NAMES = ("Hoàng Bình Minh", "Đỗ Hừng Đông")


def _package(office: Office) -> tuple[int, list[int]]:
    found = [office.nominate(ROUND, name=name, form="BK_TINH") for name in NAMES]
    for n, one in enumerate(found):
        office.assess(one, facts={"path": "PHONG_TRAO"})
        attach_file(f"nomination:{one}", "Báo cáo số hóa.pdf", PDF + bytes([48 + n]), by=office.who("donvi"))
        attach_file(f"nomination:{one}", "Báo cáo số hóa.pdf", PDF + b"second", by=office.who("donvi"))
    office.sign(found[0])
    for one in found:
        office.check(one)
    office.post(ROUND, found)
    office.sit(ROUND, {}, found)
    return office.draw_up("package", ROUND, found, by="vhxh"), found


def _zip(office: Office, package: int, by: str = "vhxh") -> bytes:
    _name, file = papers.bundle_package(package, by=office.who(by))
    with file:
        return file.read()


@pytest.mark.long
def test_package_holds_papers_dossiers_minutes_and_an_index_whose_hashes_hold(office: Office) -> None:
    package, _names = _package(office)
    with pytest.raises(Conflict, match="signed package"):
        papers.bundle_package(package, by=office.who("vhxh"))
    office.act(package, "sign", by="chutich")
    office.act(package, "send", by="vanthu", fields={"number": "87", "dated": clock.today().isoformat()})
    content = _zip(office, package)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    index = json.loads(archive.read("index.json"))
    assert index["number"] == "87/TTr-UBND" and [one["name"] for one in index["names"]] == sorted(NAMES, key=NAMES.index)
    listed = [one["path"] for one in index["files"]]
    assert set(archive.namelist()) == {*listed, "index.json", "SHA256SUMS", "Muc-luc.txt"}
    for one in index["files"]:
        body = archive.read(one["path"])
        assert (len(body), hashlib.sha256(body).hexdigest()) == (one["size"], one["sha256"])
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert sums == {one["path"]: one["sha256"] for one in index["files"]}
    told = archive.read("Muc-luc.txt").decode("utf-8-sig")
    assert "chưa ký, thiếu bản chụp đã ký" in told and "văn bản chưa có bản chụp đã ký, ghi ở từng dòng" in told
    assert {one["unsigned"] for one in index["files"] if one["what"].startswith("Tờ trình")} == {True}
    assert f"Kèm theo Tờ trình số 87/TTr-UBND ngày {clock.today():%d/%m/%Y}" in told and all(name in told for name in NAMES)
    assert any(path.startswith("01 Tờ trình, danh sách/Tờ trình") for path in listed)
    own = [path for path in listed if path.startswith("02 Hồ sơ/01 Hoàng Bình Minh/")]
    assert {path.rpartition("/")[2] for path in own} >= {"Báo cáo số hóa.pdf", "Báo cáo số hóa (2).pdf"}
    assert any("Báo cáo thành tích" in path for path in own)
    assert any(path.startswith("03 Hội đồng/") and "Biên bản họp" in path for path in listed)
    assert not any("\\" in path or ".." in path or path.startswith("/") for path in listed)
    assert _zip(office, package) == content  # same input, same bytes
    entry = trail.read(stream=f"list:{package}", kind="package:bundled", oldest_first=True).events[0]
    assert entry.body["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.long
def test_signed_scan_goes_into_the_package_in_place_of_what_was_drawn_up(office: Office) -> None:
    package, _names = _package(office)
    office.act(package, "sign", by="chutich")
    kind = next(s.kind.code for s in papers.stands_of(papers.read_for_papers(package, by=office.who("vhxh")), by=office.who("vhxh")))
    papers.draw_up_paper(package, kind, by=office.who("vhxh"))
    scan = PDF + b"signed and sealed"
    papers.upload_paper(package, kind, "Bản ký.pdf", scan, by=office.who("vanthu"), signed=True)
    archive = zipfile.ZipFile(io.BytesIO(_zip(office, package)))
    (one,) = [x for x in json.loads(archive.read("index.json"))["files"] if x["sha256"] == hashlib.sha256(scan).hexdigest()]
    assert one["what"].endswith("(bản chụp đã ký)") and archive.read(one["path"]) == scan


@pytest.mark.long
def test_version_signed_with_keys_goes_into_the_package_and_the_index_says_so(office: Office) -> None:
    lay_keys(office.app.extensions["settings"].signing_folder)
    package, _names = _package(office)
    office.act(package, "sign", by="chutich")
    signed = papers.sign_paper(package, "province_submission", "chutich", by=office.who("chutich"))
    assert _standing_in_zip(office, package) == (signed.sha256, "Tờ trình gửi UBND tỉnh (đã ký số)")
    office.act(package, "send", by="vanthu", fields={"number": "87", "dated": clock.today().isoformat()})
    sealed = papers.seal_paper(package, "province_submission", "organisation", by=office.who("vanthu"))
    assert _standing_in_zip(office, package) == (
        sealed.sha256, "Tờ trình gửi UBND tỉnh (đã ký số, có số và chữ ký số của cơ quan)",
    )


def _standing_in_zip(office: Office, package: int) -> tuple[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(_zip(office, package)))
    (one,) = [x for x in json.loads(archive.read("index.json"))["files"] if x["what"].startswith("Tờ trình gửi UBND tỉnh")]
    assert one["what"] in archive.read("Muc-luc.txt").decode("utf-8-sig")
    return one["sha256"], one["what"]


@pytest.mark.long
def test_only_who_passes_packages_on_takes_one(office: Office) -> None:
    package, _names = _package(office)
    office.act(package, "sign", by="chutich")
    assert _zip(office, package, "vanthu")
    for login, refusal in (("donvi", NotFound), ("ketoan", NotFound), ("thanhtra", Forbidden)):
        with pytest.raises(refusal):
            papers.bundle_package(package, by=office.who(login))
