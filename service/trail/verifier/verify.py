#!/usr/bin/env python3
"""Kiểm tra một bộ hồ sơ ngoại tuyến mà không cần phần mềm đã lập ra nó. Verifies an offline dossier without the software.

    python3 verify.py HO-SO.zip --fingerprint "8 nhóm 8 ký tự"      python3 verify.py HO-SO.zip --anchor MOC.txt

It needs nothing but Python 3.8 and shares no code with what wrote the dossier. The fingerprint, or the anchor (a
checkpoint that came by mail or stands on signed minutes), must come from OUTSIDE the dossier: what lies in it could have
been signed with any key. Exit code: 0 proved, 1 something does not fit, 2 consistent in itself but with no anchor.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sys
import unicodedata
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Point = tuple[int, int, int, int]
    Say = Callable[[str, str], None]

FORMAT = "vinhdanh-dossier-1"
NOT_LISTED = {"manifest.json", "events.jsonl", "checkpoint.txt", "keys.json", "anchors.json", "verify.py", "verify.html"}

# -- Ed25519 (RFC 8032, 5.1), verification only

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def x_of(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n: int, p: Point) -> Point:
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# -- the tree (RFC 9162, 2.1.3.2 and 2.1.4.2)


def sha(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def above(left: bytes, right: bytes) -> bytes:
    return sha(b"\1" + left + right)


def included(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            r = above(p, r)
            if not fn % 2:
                while fn and not fn % 2:
                    fn, sn = fn // 2, sn // 2
        else:
            r = above(r, p)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and r == root


def continued(first: int, first_root: bytes, second: int, second_root: bytes, proof: list[bytes]) -> bool:
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    path = ([first_root] if first & (first - 1) == 0 else []) + proof
    fn, sn = first - 1, second - 1
    while fn % 2:
        fn, sn = fn // 2, sn // 2
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            fr, sr = above(c, fr), above(c, sr)
            if not fn % 2:
                while fn and not fn % 2:
                    fn, sn = fn // 2, sn // 2
        else:
            sr = above(sr, c)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and fr == first_root and sr == second_root


# -- checkpoints (signed texts)


class Note:
    def __init__(self, text: str) -> None:
        self.body, cut, rest = text.partition("\n\n")
        lines = self.body.split("\n")
        if not cut or len(lines) < 5:
            raise ValueError("no checkpoint")
        self.body += "\n"
        self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        self.number, self.time = int(lines[3].split(" ")[1]), lines[4].split(" ")[1]
        self.signatures = [line[2:].rpartition(" ") for line in rest.split("\n") if line.startswith("\u2014 ")]

    def signed_by(self, public: bytes) -> bool:
        for name, _, sealed in self.signatures:
            raw = base64.b64decode(sealed, validate=True)
            if raw[:4] == sha(name.encode() + b"\n\1" + public)[:4] and signed(public, self.body.encode(), raw[4:]):
                return True
        return False


def fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()


# -- the dossier


class Wrong(Exception):
    """Something does not fit."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi, en)


class Unproved(Wrong):
    """What came from outside says nothing about this dossier."""


def b64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def commitment(salt: bytes, value: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(salt, value.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()


def check(archive: zipfile.ZipFile, known: str | None, anchor: Note | None, say: Say) -> tuple[bool, int]:
    """Go through everything; `say` is given each thing that holds. Raises Wrong at the first that does not.

    Whether something from outside vouches for it, and how many entries lie behind the anchor: those the key alone vouches for.
    """
    names = [one.filename for one in archive.infolist()]
    if len(names) != len(set(names)):
        raise Wrong("Có hai tệp trùng tên trong bộ hồ sơ.", "Two files of the dossier have one name.")
    manifest_raw = archive.read("manifest.json")
    manifest = json.loads(manifest_raw)
    if manifest.get("format") != FORMAT:
        raise Wrong("Không phải bộ hồ sơ của phiên bản này.", "Not a dossier of this form.")
    note = Note(archive.read("checkpoint.txt").decode())
    publics = followed(archive.read("keys.json"))
    at = next((at for at, public in enumerate(publics) if note.signed_by(public)), None)
    if at is None:
        raise Wrong("Mốc trong bộ hồ sơ không có chữ ký hợp lệ.", "The checkpoint in the dossier is not rightly signed.")
    say(f"Mốc số {note.number} ({note.time}, {note.size} mục) có chữ ký hợp lệ.",
        f"Checkpoint {note.number} ({note.time}, {note.size} entries) is rightly signed.")
    proved = outside(archive, known, anchor, note, publics[: at + 1], say)
    entries, held = events(archive, note, say)
    last = entries[-1]
    if last["k"] != "dossier:exported" or last["x"].get("manifest") != hashlib.sha256(manifest_raw).hexdigest():
        raise Wrong("Danh mục tệp không phải danh mục mà nhật ký đã ghi khi lập bộ hồ sơ.",
                    "The list of files is not the one that the trail took down when the dossier was made.")
    own = [one["n"] for one in entries if one["s"] == last["s"]]
    if own != list(range(1, len(own) + 1)):
        raise Wrong("Thiếu mục nhật ký của chính hồ sơ này.", "Entries of the case itself are missing.")
    say(f"Đủ {len(own)} mục của chính hồ sơ, từ mục đầu tới lúc lập bộ hồ sơ.",
        f"All {len(own)} entries of the case itself are here, from the first to the making of the dossier.")
    if manifest.get("entries", [one["g"] for one in entries[:-1]]) != [one["g"] for one in entries[:-1]]:
        raise Wrong("Các mục nhật ký không đúng như danh mục đã ghi khi lập bộ hồ sơ: có mục bị bớt hoặc thêm.",
                    "The entries are not those of the list that was taken down: some were left out or put in.")
    values(manifest, held)
    files(archive, manifest, names, entries, say)
    return proved, sum(anchor is None or one["g"] > anchor.size for one in entries)


def followed(raw: bytes) -> list[bytes]:
    """The keys one after the other; of each change the old and the new key signed that the one follows the other."""
    told = json.loads(raw)
    publics = [bytes.fromhex(key) for key in told["keys"]]
    if len(told["changes"]) != len(publics) - 1:
        raise Wrong("Chuỗi khóa trong bộ hồ sơ thiếu hoặc thừa lời xác nhận thay khóa.",
                    "The chain of keys in the dossier has too few or too many statements of a change.")
    for at, change in enumerate(told["changes"], 1):
        old, new = publics[at - 1 : at + 1]
        statement = f"vinhdanh key\n{old.hex()}\n{new.hex()}\n".encode()
        if not (signed(old, statement, bytes.fromhex(change["signed"])) and signed(new, statement, bytes.fromhex(change["proof"]))):
            raise Wrong(f"Việc thay khóa thứ {at} không được cả khóa cũ và khóa mới ký: chuỗi khóa đứt ở đó.",
                        f"Change {at} of the key is not signed by both the old and the new one: the chain of keys is broken there.")
    return publics


def outside(
    archive: zipfile.ZipFile, known: str | None, anchor: Note | None, note: Note, publics: list[bytes], say: Say
) -> bool:
    """Whether something from outside vouches for the checkpoint of the dossier; the last of the keys signed that."""
    if known is not None:
        since = changes_since(publics, lambda public: fingerprint(public) == known)
        if since is None:
            raise Wrong("Mốc do khóa khác ký, không phải khóa có dấu vân tay đã cho. Bộ hồ sơ có thể là giả.",
                        "The checkpoint is signed by another key than the one of the given fingerprint. The dossier may be forged.")
        if since:
            say(f"Khóa có dấu vân tay đã cho đã được thay {since} lần; lần nào khóa cũ và khóa mới cũng ký xác nhận.",
                f"The key of the given fingerprint was replaced {since} times, each time signed by the old and the new one.")
        else:
            say("Khóa ký đúng là khóa có dấu vân tay đã cho.", "The key is the one of the given fingerprint.")
    if anchor is None:
        return known is not None
    # By the key of the dossier or one that it follows: a forger could carry the true key beside his own, but it signed nothing of his.
    since = changes_since(publics, anchor.signed_by)
    if since is None:
        raise Wrong("Mốc bên ngoài không do khóa của bộ hồ sơ ký, cũng không do khóa nào mà khóa ấy nối tiếp. "
                    "Nếu khóa đã thay sau khi lập bộ hồ sơ, hãy xin lại bộ hồ sơ.",
                    "Neither the key of the dossier nor one that it follows signed the anchor. "
                    "Where the key was replaced after the dossier was made, ask for the dossier anew.")
    if since:
        say(f"Khóa ký mốc bên ngoài đã được thay {since} lần; lần nào khóa cũ và khóa mới cũng ký xác nhận.",
            f"The key that signed the anchor was replaced {since} times, each time signed by the old and the new one.")
    if (anchor.size, anchor.root) == (note.size, note.root):
        held = True
    elif anchor.size > note.size:
        raise Unproved("Mốc bên ngoài mới hơn bộ hồ sơ: hãy dùng mốc cũ hơn, hoặc xin lại bộ hồ sơ.",
                       "The anchor is newer than the dossier: take an older one, or ask for the dossier anew.")
    else:
        ways = [one for one in json.loads(archive.read("anchors.json")) if one["size"] == anchor.size]
        held = any(continued(anchor.size, anchor.root, note.size, note.root, [b64(p) for p in one["proof"]]) for one in ways)
        if not ways and anchor.size != note.size:  # of one size there is one root: another one is a rewrite, and proved
            raise Unproved("Bộ hồ sơ không có chứng minh nối tới mốc bên ngoài này.",
                           "The dossier holds no proof that leads to this anchor.")
    if not held:
        raise Wrong("Nhật ký trong bộ hồ sơ không nối tiếp mốc bên ngoài: có mục đã bị thay sau khi mốc được gửi đi.",
                    "The trail of the dossier does not continue the anchor: an entry was replaced after that went out.")
    say(f"Nối tiếp đúng mốc bên ngoài số {anchor.number}.", f"It continues the anchor from outside, number {anchor.number}.")
    return True


def changes_since(publics: list[bytes], fits: Callable[[bytes], bool]) -> int | None:
    """How often the key was replaced after the one that fits; None where none does."""
    return next((len(publics) - 1 - at for at, public in enumerate(publics) if fits(public)), None)


def events(archive: zipfile.ZipFile, note: Note, say: Say) -> tuple[list[dict[str, Any]], dict[int, set[str]]]:
    """The entries, each in the tree of the checkpoint at the place that it says; private values fit what entries promised.

    Beside them the paths of the private values that are here, by entry.
    """
    found: list[dict[str, Any]] = []
    held: dict[int, set[str]] = {}
    withheld = 0
    for line in archive.read("events.jsonl").decode().splitlines():
        one = json.loads(line)
        raw = b64(one["body"])
        body = json.loads(raw)
        place = body["g"]
        leaf = sha(b"\0" + b64(one["prev"]) + raw)
        if not included(place - 1, note.size, leaf, [b64(p) for p in one["proof"]], note.root):
            raise Wrong(f"Mục số {place} không nằm trong nhật ký đã ký: nội dung hoặc vị trí đã bị sửa.",
                        f"Entry {place} is not in the signed trail: its content or its place was changed.")
        if found and found[-1]["g"] >= place:
            raise Wrong(f"Mục số {place} không đúng thứ tự.", f"Entry {place} is out of order.")
        promised = body.get("p", {})
        for path, (salt, value) in one["private"].items():
            if path not in promised or commitment(b64(salt), value) != promised[path]:
                raise Wrong(f"Mục số {place}: giá trị “{path}” đã bị sửa.", f"Entry {place}: the value “{path}” was changed.")
            if not unicodedata.is_normalized("NFC", value):
                raise Wrong(f"Mục số {place}: giá trị “{path}” bị đổi cách mã hóa.", f"Entry {place}: “{path}” has another encoding.")
        held[place], withheld = set(one["private"]), withheld + len(promised) - len(one["private"])
        found.append(body)
    if not found:
        raise Wrong("Bộ hồ sơ không có mục nhật ký nào.", "The dossier holds no entry.")
    say(f"{len(found)} mục nhật ký đều nằm trong nhật ký đã ký, đúng vị trí.",
        f"{len(found)} entries are in the signed trail, each at its place.")
    count = sum(map(len, held.values()))
    say(f"{count} giá trị riêng đúng với điều đã ghi; {withheld} giá trị không kèm theo (không được xem hoặc đã xóa).",
        f"{count} private values are what was written; {withheld} are not here (withheld, or erased).")
    return found, held


def values(manifest: dict[str, Any], held: dict[int, set[str]]) -> None:
    """The private values are those that were in the dossier when it was made: none was left out or put in since."""
    listed = {int(number): set(paths) for number, paths in manifest["values"].items()}
    for number in sorted(listed.keys() | held.keys()):
        were, are = listed.get(number, set()), held.get(number, set())
        for path in sorted(were - are):
            raise Wrong(f"Mục số {number}: giá trị “{path}” có trong bộ hồ sơ khi lập, sau đó đã bị bớt.",
                        f"Entry {number}: the value “{path}” was in the dossier when it was made and has been left out since.")
        for path in sorted(are - were):
            raise Wrong(f"Mục số {number}: giá trị “{path}” không có trong bộ hồ sơ khi lập, sau đó mới được thêm.",
                        f"Entry {number}: the value “{path}” was not in the dossier when it was made and has been put in since.")


def files(
    archive: zipfile.ZipFile, manifest: dict[str, Any], names: list[str], entries: list[dict[str, Any]], say: Say
) -> None:
    """Files are those of the list; of each it is said whether the trail knew its hash before the dossier was made."""
    listed = {one["path"]: one for one in manifest["files"]}
    for name in names:
        if name not in listed and name not in NOT_LISTED:
            raise Wrong(f"Tệp lạ trong bộ hồ sơ: {name}.", f"A file that the list does not know: {name}.")
    known: set[str] = set()
    for body in entries:
        hashes = body.get("x", {}).get("sha256", [])
        known.update([hashes] if isinstance(hashes, str) else hashes)
    told = 0
    for path, one in listed.items():
        if path not in names:
            raise Wrong(f"Thiếu tệp {path}.", f"The file {path} is missing.")
        if hashlib.sha256(archive.read(path)).hexdigest() != one["sha256"]:
            raise Wrong(f"Tệp {path} đã bị sửa.", f"The file {path} was changed.")
        told += one["sha256"] in known
    say(f"{len(listed)} tệp đúng như danh mục; {told} tệp đã được nhật ký ghi mã băm từ trước.",
        f"{len(listed)} files are those of the list; of {told} the trail had taken the hash down before.")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dossier")
    parser.add_argument("--fingerprint", help="dấu vân tay của khóa, lấy từ mốc bên ngoài / of the key, from an anchor outside")
    parser.add_argument("--anchor", help="tệp chứa một mốc nhận từ bên ngoài / a checkpoint that came from outside")
    parser.add_argument("--english", action="store_true")
    given = parser.parse_args(argv)

    def say(vi: str, en: str) -> None:
        print("  " + (en if given.english else vi))

    try:
        known = None if given.fingerprint is None else "".join(given.fingerprint.split()).lower()
        anchor = None
        if given.anchor is not None:
            with open(given.anchor, encoding="utf-8") as file:
                anchor = Note(file.read())
        with zipfile.ZipFile(given.dossier) as archive:
            proved, behind = check(archive, known, anchor, say)
    except Unproved as lacking:
        vi, en = lacking.args
        print(("NOT PROVED: " + en) if given.english else ("CHƯA CHỨNG MINH: " + vi))
        return 2
    except Wrong as wrong:
        vi, en = wrong.args
        print(("DOES NOT FIT: " + en) if given.english else ("KHÔNG KHỚP: " + vi))
        return 1
    except Exception as wrong:
        print(("DOES NOT FIT: the dossier cannot be read" if given.english else "KHÔNG KHỚP: không đọc được bộ hồ sơ") + f" ({wrong!r}).")
        return 1
    if not proved:
        print("CONSISTENT IN ITSELF, BUT NOT PROVED: give a fingerprint or an anchor from outside the dossier."
              if given.english else "NHẤT QUÁN TRONG NỘI BỘ, CHƯA CHỨNG MINH: cần dấu vân tay hoặc mốc lấy từ bên ngoài bộ hồ sơ.")
        return 2
    print("PROVED: nothing was changed since it was written. That what was written is true is not proved by this."
          if given.english else "ĐÃ CHỨNG MINH: không có gì bị sửa sau khi ghi. Điều đã ghi có đúng hay không thì không chứng minh.")
    if behind:
        print(f"{behind} entries lie behind the anchor: for them the key's signature alone vouches, and who holds that key."
              if given.english else f"{behind} mục nằm sau mốc bên ngoài: chỉ chữ ký của khóa, tức là người giữ khóa, bảo đảm cho chúng.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
