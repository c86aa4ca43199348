"""What the pages of a session say: states, votes needed, items, members, what cannot pass. Plain values for templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import people, words
from service.actor import Actor
from service.awards import catalogue
from service.calendar import working_calendar
from service.council import session as sessions
from service.council.ballot import Ballot
from service.council.session import Item, Member, Outlook, Reopened, Session
from service.errors import Conflict
from service.web.ballot_parts import state_tag as ballot_tag
from service.web.ballot_parts import titled as ballot_titled
from service.web.case_parts import form_words, in_words, short_form_words
from service.web.frame import Link
from service.web.parts import Act, Basis, Block, Cell, Check, Column, Empty, Fact, Table, Tag
from workflows.calendar import ZONE, OutsideCalendar

RUN = "council_agenda.run"
RESULTS = {
    "passed": ("passed", "Thông qua", "Passed"), "lower_form": ("passed", "Hạ mức khen", "Lower form"),
    "failed": ("refused", "Không thông qua", "Not passed"), "next_session": ("return", "Chuyển phiên sau", "Next session"),
}


def crumbs(one: Session, here: str = "") -> list[Link]:
    """Where the reader is."""
    top = [Link(_("Hội đồng"), url_for("council.show_all"))]
    if not here:
        return [*top, Link(one.title, "")]
    return [*top, Link(words.full_date(one.held_at), url_for("council.show", session_id=one.id)), Link(here, "")]


def state_tag(one: Session) -> Tag:
    """Where a session stands, as a tag."""
    kinds = {
        "planning": "waiting", "at_risk": "note", "settled": "waiting", "invited": "waiting", "sitting": "mine",
        "adjourned": "hold", "finished": "waiting", "minuted": "waiting", "signed": "passed", "called_off": "refused",
    }
    return Tag(kinds.get(one.state, "refused"), _(sessions.states()[one.state]))


def runs(by: Actor) -> bool:
    """Whether somebody runs sessions."""
    return people.allowed(by, RUN)


def moment(one: Session) -> str:
    """Day and hour of a session."""
    return _("%(time)s, %(day)s", time=words.clock_time(one.held_at), day=words.full_date(one.held_at))


def status(one: Session) -> str:
    """The second sentence of the head."""
    if one.state in ("planning", "at_risk", "settled", "invited"):
        replied = sum(bool(m.reply) for m in one.members)
        said = _("*%(time)s* tại %(place)s.", time=moment(one), place=one.place)
        if one.state == "invited":
            said += " " + _("%(n)d trong %(of)d thành viên đã trả lời, %(coming)d không báo vắng.", n=replied,
                            of=len(one.members), coming=one.coming)
        return said
    if one.state == "sitting":
        return quorum_words(one)
    if one.state == "adjourned":
        last = one.sittings[-1]
        return _("Tạm dừng: %(why)s Họp lại %(time)s.", why=_sentence(last.reason), time=moment(one))
    if one.ended_on is not None:
        return _("Hủy ngày %(day)s. Lý do: %(why)s", day=words.full_date(one.ended_on), why=_sentence(one.ended_for))
    if not one.held_sittings:
        return ""
    return ngettext("Họp tại %(place)s, %(num)d buổi họp.", "Họp tại %(place)s, %(num)d buổi họp.", len(one.held_sittings),
                    place=one.place)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def quorum_words(one: Session) -> str:
    """Whether enough members are there, with both numbers."""
    if one.quorum is None:
        return one.quorum_basis
    of = len(one.members)
    if one.quorate:
        return _("Có mặt *%(n)d trong %(of)d*, cần %(quorum)d: đủ điều kiện tiến hành.", n=one.there, of=of, quorum=one.quorum)
    return _("Có mặt *%(n)d trong %(of)d*, cần %(quorum)d: chưa đủ điều kiện tiến hành.", n=one.there, of=of, quorum=one.quorum)


def open_words(one: Session) -> str:
    """What opening a sitting is called: the first one, or going on."""
    return _("Họp tiếp") if one.state == "adjourned" else _("Khai mạc phiên họp")


def needed_words(item: Item) -> str:
    """Votes needed of how many, in words."""
    if item.needed is not None and item.denominator is not None:
        return _("%(needed)d trong %(of)d", needed=item.needed, of=item.denominator)
    found = item.outlook
    return _("chưa có quy định") if found.missing else _("%(needed)d trong %(of)d", needed=found.needed, of=found.denominator)


def risk_words(item: Item) -> str:
    """The sentence on an item that cannot pass, and what can be done."""
    found = item.outlook
    if found.missing:
        return _("Mục %(n)d: %(why)s", n=item.item_no, why=in_words(found.missing))
    said = _("Mục %(n)d không thể đạt: cần %(needed)d phiếu, chỉ còn %(voters)d người biểu quyết.", n=item.item_no,
             needed=found.needed, voters=found.voters)
    if found.by_writing:
        return said + " " + ngettext(
            "Lấy ý kiến bằng văn bản của %(num)d người vắng, hoặc chuyển sang phiên sau.",
            "Lấy ý kiến bằng văn bản của %(num)d người vắng, hoặc chuyển sang phiên sau.", found.writers)
    return said + " " + _("Chuyển sang phiên sau.")


def less_words(found: Outlook) -> str:
    """What one more absence would mean."""
    if found.missing:
        return "–"
    if found.hopeless:
        return _("không thể đạt")
    if found.tight:
        return _("không đạt nữa: cần %(needed)d, còn %(voters)d", needed=found.less, voters=found.voters - 1)
    return _("vẫn đủ người")


def day_off_words(day: date) -> str:
    """What day of rest a day is, by the working calendar; empty for a working day, or where the calendar does not reach."""
    calendar = working_calendar()
    try:
        return "" if calendar.is_working(day) else calendar.names.get(day, "") or words.weekday(day)
    except OutsideCalendar:
        return ""


def before_hand(one: Session) -> list[Check]:
    """What to look at besides the items: a day of rest, a rule that is not the one of the invitation."""
    found = []
    waits = one.state in ("planning", "at_risk", "settled", "invited", "adjourned")
    if waits and (off := day_off_words(one.held_at.astimezone(ZONE).date())):
        found.append(Check(_("Ngày họp %(day)s là ngày nghỉ: %(why)s.", day=words.full_date(one.held_at), why=off), "warn"))
    found += [
        Check(
            _("Sau khi gửi giấy mời, quy định “%(rule)s” đổi từ phiên bản %(before)d sang %(now)d%(by)s: số phiếu cần ở đây tính "
              "theo quy định mới, khác lúc mời.", rule=rule.label, before=rule.before, now=rule.now,
              by=f" ({rule.by}, {words.full_date(rule.on)})" if rule.by and rule.on else ""), "warn",
        )
        for rule in one.changed_rules
    ]
    return found


def must_show_names(one: Session) -> None:
    """Refuse with Conflict papers of the vote while the round of a session is blind: they carry the names to its members."""
    if sessions.blind_state(one.round_id) in sessions.BLIND:
        raise Conflict(
            "Đợt này đang chấm ẩn danh. Giấy biểu quyết có tên, in sau khi khóa điểm và bỏ ẩn danh.",
            "This round is scored blind. Papers of the vote carry the names; print them once the names are shown.", code="blind",
        )


def risks(one: Session) -> list[Check]:
    """Everything that cannot pass now, each by its item; and members whose absence would matter."""
    found = before_hand(one)
    found += [Check(risk_words(item), "bad" if item.outlook.hopeless else "warn") for item in one.at_risk]
    tight = [str(i.item_no) for i in one.items if i.live and i.state in ("waiting", "discussed") and i.outlook.tight]
    if tight:
        found.append(Check(_("Mục %(items)s: vắng thêm một người thì không thể đạt.", items=", ".join(tight)), "warn"))
    nobody = [str(i.item_no) for i in one.items if i.live and i.presides is None]
    if nobody:
        found.append(
            Check(_("Mục %(items)s: chủ tịch và phó chủ tịch đều vắng hoặc có liên quan, cần người khác chủ trì.",
                    items=", ".join(nobody)), "warn")
        )
    found += [
        Check(_("Mục %(n)d: %(why)s.", n=i.item_no, why=in_words(i.stopped)), "warn") for i in one.items
        if i.live and i.stopped
    ]
    return found


def item_cell(one: Session, item: Item) -> Cell:
    """Number and name of an item, with form, unit and who presides where it is not who presides over the rest."""
    second = [short_form_words(item.form), *([item.unit_name] if item.unit_name else [])]
    if item.form != item.proposed:
        second[0] = _("%(form)s, hạ mức từ %(proposed)s", form=short_form_words(item.form),
                      proposed=short_form_words(item.proposed))
    if item.reserve:
        second.append(_("dự phòng %(form)s", form=short_form_words(item.reserve)))
    first = one.presided_by or next((m.member_no for m in one.members if m.part == "chair"), None)
    if item.presides is not None and item.presides != first:
        second.append(_("%(name)s chủ trì mục này", name=item.presides_name))
    if item.left_over_from:
        second.append(_("chuyển từ phiên trước"))
    url = url_for("council_meeting.show_item", session_id=one.id, item_no=item.item_no)
    return Cell(f"{item.item_no}. {item.name}", " · ".join(second), url)


def recusal_words(item: Item) -> str:
    """Who keeps out of an item, and why."""
    return "; ".join(
        f"{r.name} ({r.reason or in_words(sessions.CAUSES[r.cause])})" for r in item.recusals
    )


def item_tag(item: Item, *, over: bool = False) -> Tag | None:
    """Where an item stands; once the session is over, nothing is said of what could still pass."""
    if item.result in RESULTS:
        kind, vi, en = RESULTS[item.result]
        return Tag(kind, in_words((vi, en)))
    if item.state == "withdrawn":
        return Tag("refused", _("Đã rút"))
    if item.state == "voting":
        return Tag("mine", _("Đang biểu quyết"))
    if over:
        return None
    if item.outlook.hopeless or item.outlook.missing:
        return Tag("note", _("Không thể đạt") if item.outlook.hopeless else _("Thiếu quy định"))
    if item.state == "discussed":
        return Tag("done", _("Đã thảo luận"))
    return None


def before_words(was: Reopened) -> str:
    """The result that an item had, with its votes, and why it was put to the vote again."""
    _kind, vi, en = RESULTS[was.result]
    return _("%(result)s (%(agree)d đồng ý, %(disagree)d không đồng ý). %(why)s", result=in_words((vi, en)),
             agree=was.sums.get("agree", 0), disagree=was.sums.get("disagree", 0), why=was.reason)


def items_block(
    one: Session, by: Actor, *, acts: bool = True, away: str = "", ahead: Mapping[int, Outlook] | None = None
) -> Block:
    """The agenda: what each item needs, who can vote on it, one more absence, who keeps out; results once there are any.

    `ahead`: how the items would stand without a member, whose name is `away`.
    """
    decided = any(i.sums for i in one.items)
    if one.state in ("called_off", "empty") and not decided:
        lines = [replace(item_cell(one, i), tag=item_tag(i, over=True)) for i in one.items]
        return Block(_("Chương trình"), lines=lines, key="agenda")
    columns = [Column(_("Mục")), Column(_("Cần"), figures=True)]
    columns += (
        [Column(_("Đồng ý"), figures=True), Column(_("Không đồng ý"), figures=True), Column(_("Trắng"), figures=True),
         Column(_("Không tham gia"), figures=True)]
        if decided
        else [Column(_("Người biểu quyết"), figures=True),
              Column(_("Nếu %(name)s vắng", name=away) if ahead else _("Nếu vắng thêm một"))]
    )
    columns.append(Column(_("Tình trạng")))
    rows = [[item_cell(one, i), Cell(needed_words(i), figures=True), *(_counted(i) if decided else _ahead(i, ahead)),
             Cell("", recusal_words(i), tag=item_tag(i, over=one.over))] for i in one.items]
    may = acts and runs(by)
    return Block(
        _("Chương trình"),
        table=Table(columns, rows, _("Chương trình"), row_acts=[row_acts(one, i) if may else [] for i in one.items]),
        key="agenda",
    )


def _ahead(item: Item, without: Mapping[int, Outlook] | None) -> list[Cell]:
    said = _without_words(without[item.item_no]) if without else less_words(item.outlook)
    return [Cell(str(item.outlook.voters), figures=True), Cell(said)]


def _without_words(found: Outlook) -> str:
    """How an item would stand without one member."""
    if found.missing:
        return "–"
    said = {"needed": found.needed, "voters": found.voters}
    if found.hopeless:
        return _("không thể đạt: cần %(needed)d, còn %(voters)d", **said)
    return _("đạt được: cần %(needed)d, còn %(voters)d", **said)


def _counted(item: Item) -> list[Cell]:
    if not item.sums:
        return [Cell("–", figures=True) for _unused in range(4)]
    written = item.sums["written_agree"]
    agree = f"{item.sums['agree']} + {written}" if written else str(item.sums["agree"])
    return [Cell(agree, figures=True), *(Cell(str(item.sums[k]), figures=True) for k in ("disagree", "blank", "recused"))]


def row_acts(one: Session, item: Item) -> list[Act]:
    """What the secretary may do with one item from the table."""
    before = one.state in ("planning", "at_risk", "settled", "invited")
    if before and item.live:
        url = url_for("council.take_off", session_id=one.id, item_no=item.item_no)
        return [Act(_("Để phiên khác"), url, f"off-{item.item_no}", "takes",
                    effect=_("Để mục *%(n)d* sang phiên khác? Tên này gom được vào chương trình khác ngay.", n=item.item_no),
                    asks=_("Lý do"), page_url=url)]
    if one.state in ("sitting", "adjourned") and item.state in ("waiting", "discussed", "decided"):
        return [postpone_act(one, item)]
    return []


def postpone_act(one: Session, item: Item) -> Act:
    """Leaving an item to the next session."""
    url = url_for("council.postpone", session_id=one.id, item_no=item.item_no)
    return Act(_("Chuyển phiên sau"), url, f"later-{item.item_no}", "takes",
               effect=_("Chuyển mục *%(n)d* sang phiên sau?", n=item.item_no), asks=_("Lý do, ghi vào biên bản"), page_url=url)


def conflict_act(one: Session, item: Item) -> Act:
    """Keeping out of an item."""
    url = url_for("council.declare", session_id=one.id, item_no=item.item_no)
    return Act(_("Tôi có liên quan"), url, f"out-{item.item_no}", "takes",
               effect=_("Bạn không tham gia biểu quyết mục *%(n)d*, %(name)s. Lý do ghi trong biên bản.", n=item.item_no,
                        name=item.name), asks=_("Liên quan thế nào"), page_url=url)


def take_back_act(one: Session, item: Item) -> Act:
    """Taking back a declared interest."""
    url = url_for("council.take_back", session_id=one.id, item_no=item.item_no)
    return Act(_("Rút khai báo có liên quan"), url, f"back-{item.item_no}", "second",
               effect=_("Rút khai báo, bạn tham gia biểu quyết mục *%(n)d*, %(name)s? Lý do ghi trong nhật ký.", n=item.item_no,
                        name=item.name), asks=_("Vì sao rút"), page_url=url)


def part_words(member: Member) -> str:
    """What a member is in the council."""
    return {"chair": _("Chủ tịch Hội đồng"), "vice": _("Phó Chủ tịch Hội đồng")}.get(member.part, _("Ủy viên"))


def away(one: Session) -> list[Member]:
    """Who is not there, or before the first sitting sent word that he will not come."""
    sits = one.state not in ("planning", "at_risk", "settled", "invited", "adjourned")
    return [m for m in one.members if (not m.present if sits else m.reply == "no")]


def members_block(one: Session) -> Block:
    """The roll with answers, or who is there."""
    held = bool(one.held_sittings)
    tags = {"yes": Tag("passed", _("Dự họp")), "no": Tag("refused", _("Vắng")), "": Tag("waiting", _("Chưa trả lời"))}
    lines = []
    for m in one.members:
        tag = (Tag("passed", _("Có mặt")) if m.present else Tag("refused", _("Vắng"))) if held else (
            tags[m.reply] if one.state in ("invited", "adjourned") else None)
        second = ". ".join(x for x in (part_words(m), m.reason if not m.present or m.reply == "no" else "") if x)
        lines.append(Cell(f"{m.member_no}. {m.name}", second, tag=tag))
    return Block(_("Thành viên Hội đồng"), lines=lines, key="members")


def facts_block(one: Session) -> Block:
    """What is known of the session."""
    facts = [
        Fact(_("Đợt xét"), one.round_name), Fact(_("Thời gian"), moment(one)), Fact(_("Địa điểm"), one.place),
        Fact(_("Đủ điều kiện khi có"), _("%(n)d trong %(of)d thành viên", n=one.quorum or 0, of=len(one.members))
             if one.quorum is not None else _("chưa có quy định")),
    ]
    if one.number:
        facts.append(Fact(_("Số biên bản"), one.number))
    if one.secretary and one.secretary_on:
        facts.append(Fact(_("Thư ký ký"), f"{one.secretary}, {words.full_date(one.secretary_on)}"))
    if one.signed_by and one.signed_on:
        facts.append(Fact(_("Chủ trì ký"), f"{one.signed_by}, {words.full_date(one.signed_on)}"))
    return Block(_("Phiên họp này"), facts=facts)


def bases(one: Session) -> list[Basis]:
    """The rules by which votes and quorum are reckoned, each once, with how sure it is."""
    found: dict[str, Basis] = {}
    for item in one.items:
        rule = item.outlook.rule
        if rule is not None:
            share = f"{'>' if rule.more_than else '≥'} {rule.numerator}/{rule.denominator}"
            said = _("%(forms)s: %(share)s %(base)s", forms=_forms_of(one, rule.key), share=share,
                     base=base_words(item.outlook.base))
            found.setdefault(rule.key, Basis(f"{said}. {rule.citation}", sure=rule.sure))
    if one.quorum is not None:
        found["QUORUM"] = Basis(
            _("Đủ điều kiện tiến hành: %(n)d thành viên. %(basis)s", n=one.quorum, basis=one.quorum_basis),
            sure=one.quorum_sure,
        )
    return list(found.values())


def _forms_of(one: Session, rule: str) -> str:
    forms = {i.form for i in one.items if i.outlook.rule is not None and i.outlook.rule.key == rule}
    return ", ".join(short_form_words(code) for code in catalogue.award_forms() if code in forms)


def base_words(base: str) -> str:
    """Of whom a share is reckoned."""
    return {
        "members": _("của tổng số thành viên Hội đồng"), "present": _("của số người dự họp"),
        "voting": _("của số người dự họp được biểu quyết"),
    }.get(base, "")


def rounds_block(one: Session, rounds: Sequence[Ballot], *, link: bool = True) -> Block | None:
    """The rounds of the session, cancelled ones with their reasons."""
    if not rounds:
        return None
    lines = [
        Cell(
            f"{ballot_titled(r)}: " + _("mục %(items)s", items=", ".join(str(i.item_no) for i in r.items)), r.reason,
            url_for("ballot.show", round_id=r.id) if link else "", tag=ballot_tag(r),
        )
        for r in rounds
    ]
    return Block(_("Các vòng biểu quyết"), lines=lines, key="rounds")


def written_words(one: Ballot) -> list[tuple[str, str, str]]:
    """Who sent a written opinion in a round, what it says of each item, and where its scan is read."""
    found: dict[tuple[str, int], list[str]] = {}
    for item in one.items:
        for o in item.written:
            said = _("mục %(n)d đồng ý", n=item.item_no) if o.choice == "agree" else _("mục %(n)d không đồng ý", n=item.item_no)
            found.setdefault((f"{o.name} ({o.paper})", o.scan), []).append(said)
    return [(name, ", ".join(said), url_for("files.download", file_id=scan, look=1)) for (name, scan), said in found.items()]


def sittings_block(one: Session) -> Block | None:
    """When it sat, with who was there; who came or left meanwhile."""
    if not one.sittings:
        return None
    lines = []
    for s in one.sittings:
        if not s.held:
            lines.append(Cell(_("Kỳ %(n)d: %(since)s, hoãn", n=s.number, since=words.full_moment(s.opened)), s.reason))
            continue
        until = words.full_moment(s.ended) if s.ended else _("đang họp")
        second = [_("có mặt %(n)d, chủ trì %(who)s", n=len(s.present), who=s.presided_by)]
        second += [_("vắng %(name)s%(why)s", name=name, why=f" ({why})" if why else "") for name, why in s.absent]
        second += [
            _("%(name)s vào lúc %(time)s", name=name, time=words.clock_time(at)) if came
            else _("%(name)s ra lúc %(time)s", name=name, time=words.clock_time(at)) for name, came, at, _why in s.moves
        ]
        if s.reason:
            second.append(_("tạm dừng: %(why)s", why=s.reason))
        lines.append(Cell(_("Kỳ %(n)d: %(since)s, đến %(until)s", n=s.number, since=words.full_moment(s.opened), until=until),
                          "; ".join(second)))
    return Block(_("Các buổi họp"), lines=lines)


def no_sessions(may_plan: bool) -> Empty:
    """What is said where there is no session."""
    return Empty(
        _("Chưa có phiên họp nào"),
        _("Khi có tên chờ Hội đồng, thư ký lập phiên họp và gửi giấy mời.") if may_plan
        else _("Phiên họp hiện ở đây sau khi thư ký gửi giấy mời."),
    )


__all__ = [
    "bases", "conflict_act", "crumbs", "facts_block", "form_words", "item_cell", "item_tag", "items_block", "less_words",
    "members_block", "moment", "needed_words", "no_sessions", "part_words", "postpone_act", "quorum_words",
    "recusal_words", "risk_words", "risks", "rounds_block", "runs", "sittings_block", "state_tag",
    "status",
]
