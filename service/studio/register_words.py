"""A register in words: as a part of the procedure, and what a change of it means for who begins, who reads, what is private."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service import people
from service.studio.registers import register_in
from service.studio.vocabulary import form_fields, vocabulary
from workflows.plain import Language
from workflows.prose import Line, Run
from workflows.register import ENDED, EVERYONE, Register

_EVERYBODY = ("mọi người có tài khoản", "everybody with an account")
_UNITS = {
    "own": ("đơn vị của người lập", "the unit of who begins it"), "named": ("đơn vị được chọn khi lập", "a unit chosen at the start"),
    "none": ("không của đơn vị nào", "of no unit"),
}
_PERIODS = {"year": ("mỗi năm một lần", "once a year"), "half": ("mỗi nửa năm một lần", "twice a year")}
_ABOUT = {"nomination": ("hồ sơ đề nghị khen thưởng", "nominations")}
_DAYS = {
    "filing": ("Hạn đơn vị nộp", "Units file by"), "checking": ("Hạn phòng kiểm tra", "The office checks by"),
    "signing": ("Chủ tịch UBND xã ký", "The chair signs by"), "province_intake": ("Hạn gửi tỉnh", "Sent to the province by"),
}
_TONES = {"good": ("tốt", "good"), "bad": ("không tốt", "bad"), "plain": ("bình thường", "plain")}
LISTING = frozenset({"Nút lập việc", "Lời dặn người lập", "Tên gọi mỗi việc", "Cột của danh sách", "Giai đoạn"})
"""Labels (papers are Vietnamese) of what is about the list in the machine and stands on no paper."""


def lines(files: Mapping[str, bytes], main: str, language: Language) -> tuple[Line, ...]:
    """The register of a bundle as facts of its procedure; nothing where it has none, or one that is not right yet."""
    register = register_in(files, main)
    return tuple(Line("fact", label, (Run(said),)) for label, said in _facts(register, files, language) if said) if register else ()


def _facts(register: Register, files: Mapping[str, bytes], language: Language) -> Iterator[tuple[str, str]]:
    at, spoken = int(language == "en"), vocabulary(files, language)
    begun = form_fields(files, language, register.form)
    labels = begun | form_fields(files, language) | begun  # in the order and words of the form that begins one, then the others

    def either(vietnamese: str, english: str) -> str:
        return english if at else vietnamese

    def groups(said: Iterable[str]) -> str:
        return ", ".join(_EVERYBODY[at] if one == EVERYONE else spoken.group(one) or f"“{one}”" for one in said)

    def keys(said: Iterable[str]) -> str:
        return ", ".join(f"“{labels.get(one, one)}”" for one in said)

    title = register.title
    for gap in register.gaps:
        unit = {"unit": either("tên đơn vị", "name of the unit"), "period": either("kỳ", "period")}.get(gap)
        title = title.replace(f"{{{{ {gap} }}}}", f"[{unit or labels.get(gap, gap)}]")
    form = spoken.form(register.form) or f"“{register.form}”" if register.form else ""
    yield either("Sổ theo dõi", "Register"), either(
        f"{register.name[0]}; mỗi việc là một {register.one[0][:1].lower()}{register.one[0][1:]}, mang số như {register.series} 12/2026",
        f"{register.name[1]}; a matter is called “{register.one[1]}” and numbered like {register.series} 12/2026",
    )
    yield either("Lập việc", "Begun"), either(
        f"{groups(register.begins)}, bằng biểu mẫu {form}", f"by {groups(register.begins)}, on the form {form}",
    ) if form else either(f"theo kỳ, do {groups(register.begins)} mở", f"by period, opened by {groups(register.begins)}")
    yield either("Nút lập việc", "Button"), register.begin[at]
    yield either("Lời dặn người lập", "Said to who begins one"), register.hint[at]
    yield either("Tên gọi mỗi việc", "Title"), title
    yield either("Việc của đơn vị nào", "Whose it is"), _UNITS[register.unit][at]
    yield either("Kỳ", "Period"), _PERIODS.get(register.period, ("", ""))[at]
    for day, rules in register.days.items():
        yield _DAYS[day][at], ", ".join(rules)
    yield either("Gắn được với", "Can be about"), ", ".join(_ABOUT[one][at] for one in register.about if one in _ABOUT)
    yield either("Căn cứ của sổ", "Basis of the register"), register.basis
    yield either("Xem mọi việc", "Read by"), groups(register.reads)
    yield either("Mục kín", "Private"), keys(_in_order(register.private, labels))
    yield either("Thấy mục kín", "Private fields are seen by"), groups(register.sees) if register.private else ""
    yield either("Mục đơn vị xem sau", "Read by the unit later"), "; ".join(
        f"{labels.get(name, name)}: {_from_phase(register, phase)[at]}" for name, phase in register.unit_reads.items()
    )
    yield either("Cột của danh sách", "Columns"), keys(register.columns)
    yield either("Nội dung chính", "Main facts"), keys(register.facts)
    yield either("Giai đoạn", "Phases"), "; ".join(words[at] for words in register.phases.values())
    yield either("Kết quả", "Outcomes"), "; ".join(
        f"{one.words[at]} ({_TONES[one.tone][at]})"
        + (either(f", vì sao: {labels.get(one.reason, one.reason)}", f", why: {labels.get(one.reason, one.reason)}") if one.reason else "")
        for one in register.outcomes.values()
    )


def _from_phase(register: Register, phase: str) -> Said:
    """From when on the unit reads a field."""
    if phase in register.phases:
        vi, en = register.phases[phase]
        return f"từ “{vi}”", f"from “{en}” on"
    return ("khi việc kết thúc", "once it has ended") if phase == ENDED else ("không bao giờ", "never")


def _in_order(keys: Iterable[str], labels: Mapping[str, str]) -> list[str]:
    """Names as the forms bring them, others last."""
    wanted = set(keys)
    return [*(one for one in labels if one in wanted), *sorted(wanted - labels.keys())]


# -- what a change of it means


@dataclass(frozen=True, slots=True)
class Told:
    """What changes for people, in both languages; `widens`: somebody gets to see or do what he did not."""

    message: str
    message_en: str
    widens: bool = False


Said = tuple[str, str]


def told_changes(old: Mapping[str, bytes] | None, new: Mapping[str, bytes], main: str) -> list[Told]:
    """What a change of a register means for who begins, who reads and what is private; nothing where that stays as it is.

    Without an older version everything is new.
    """
    before, after = register_in(old or {}, main), register_in(new, main)
    fields = [form_fields(new, language) | form_fields(old or {}, language) for language in ("vi", "en")]

    def groups(said: Iterable[str]) -> Said:
        return _groups(list(said))

    def keys(said: Iterable[str]) -> Said:
        wanted = _in_order(said, fields[0])
        return _both(", ".join(f"“{fields[at].get(one, one)}”" for one in wanted) for at in (0, 1))

    if after is None:
        return [] if before is None else [
            Told("Bản này không còn sổ theo dõi: không ai lập được việc mới.",
                 "This version has no register any more: nobody can begin a matter.")
        ]
    return list(_begun(after, groups, keys) if before is None else _changed(before, after, groups, keys))


def _both(said: Iterable[str]) -> Said:
    vi, en = said
    return vi, en


def _groups(said: Sequence[str]) -> Said:
    """Groups by what the office calls them."""
    known = [one for one in said if one in people.catalogue()]
    labels = [people.group_labels(known, language) for language in ("vi", "en")]
    return _both(", ".join(_EVERYBODY[at] if one == EVERYONE else labels[at].get(one, one) for one in said) for at in (0, 1))


Say = Callable[[Iterable[str]], Said]


def _begun(after: Register, groups: Say, keys: Say) -> Iterator[Told]:
    for vi, en, said in (
        ("Sổ mới. Lập việc", "A new register. Matters are begun by", after.begins),
        ("Xem mọi việc của sổ", "Every matter is read by", after.reads),
    ):
        told = groups(said)
        yield Told(f"{vi}: {told[0]}.", f"{en}: {told[1]}.", True)
    if after.private:
        told, seen = keys(after.private), groups(after.sees)
        yield Told(f"Mục kín: {told[0]}. Thấy được: {seen[0]}.", f"Private: {told[1]}. Seen by: {seen[1]}.")


def _changed(before: Register, after: Register, groups: Say, keys: Say) -> Iterator[Told]:
    both_private = bool(before.private and after.private)
    for old, new, more, less in (
        (before.begins, after.begins, ("Nay lập được việc mới", "May now begin a matter"),
         ("Không còn lập được việc mới", "May begin no matter any more")),
        (before.reads, after.reads, ("Nay xem được mọi việc của sổ", "May now read every matter"),
         ("Không còn xem được mọi việc, chỉ còn việc của đơn vị mình, việc mình lập, việc mình làm",
          "May not read every matter any more, only those of their unit, those they began, those they work on")),
        (before.sees if both_private else (), after.sees if both_private else (), ("Nay thấy các mục kín", "May now see what is private"),
         ("Không còn thấy các mục kín", "May not see what is private any more")),
    ):
        for said, (vi, en), widens in (
            ([one for one in new if one not in old], more, True), ([one for one in old if one not in new], less, False),
        ):
            if said:
                told = groups(said)
                yield Told(f"{vi}: {told[0]}.", f"{en}: {told[1]}.", widens)
    opened, shut = before.private - after.private, after.private - before.private
    if opened:
        told = keys(opened)
        yield Told(f"Không còn kín: {told[0]}. Ai xem được việc thì thấy.",
                   f"Private no more: {told[1]}. Whoever reads the matter sees it.", True)
    if shut:
        told, seen = keys(shut), groups(after.sees)
        yield Told(f"Nay là mục kín: {told[0]}. Chỉ còn thấy được: {seen[0]}.",
                   f"Private from now on: {told[1]}. Seen only by: {seen[1]}.")
    for name in sorted(before.unit_reads.keys() | after.unit_reads.keys()):
        was_from, now_from = before.unit_reads.get(name), after.unit_reads.get(name)
        if was_from != now_from:
            told = keys([name])
            when = _from_phase(after, now_from) if now_from else ("ngay khi xem được việc", "as soon as the matter")
            yield Told(f"Đơn vị xem {told[0]}: {when[0]}.", f"The unit reads {told[1]}: {when[1]}.", was_from is not None)
    if before.unit != after.unit:
        (was, was_en), (now, now_en) = _UNITS[before.unit], _UNITS[after.unit]
        yield Told(f"Việc thuộc về {now} (trước: {was}). Người của đơn vị xem được việc của đơn vị mình.",
                   f"A matter is of {now_en} (before: {was_en}). People of a unit read its matters.", after.unit != "none")
