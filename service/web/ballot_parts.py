"""What the pages of a round say: its state, who may do what next, results, receipts. Plain values for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import people
from service.actor import Actor
from service.council import ballot
from service.council.ballot import Ballot, Item, Sum
from service.errors import Invalid
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Check, Column, Fact, Table, Tag

PAPER = "ballot.paper"
"""Groups whose people are offered as tellers; administrators are never."""


def titled(one: Ballot) -> str:
    """What a round is called."""
    return _("Vòng %(n)d", n=one.number) if one.secret else _("Vòng %(n)d, biểu quyết công khai", n=one.number)


def state_tag(one: Ballot) -> Tag:
    """Where a round stands, as a tag."""
    return {
        "planned": Tag("waiting", _("Chưa mở")),
        "open": Tag("mine", _("Đang bỏ phiếu")),
        "sealed": Tag("waiting", _("Chờ kiểm phiếu")),
        "paper": Tag("waiting", _("Kiểm phiếu giấy") if one.secret else _("Đang ghi kết quả")),
        "counted": Tag("passed", _("Đã kiểm phiếu")),
        "burnt": Tag("done", _("Đã kiểm, hòm đã xóa")),
        "cancelled": Tag("refused", _("Đã hủy")),
    }[one.state]


def crumbs(one: Ballot, words: str = "") -> list[Link]:
    """Where the reader is."""
    here = [Link(_("Bỏ phiếu"), url_for("ballot.show_all"))]
    if not words:
        return [*here, Link(titled(one), "")]
    return [*here, Link(titled(one), url_for("ballot.show", round_id=one.id)), Link(words, "")]


def page_of(one: Ballot, by: Actor, may_vote: bool) -> dict[str, Any]:
    """Everything the page of a round shows."""
    main_act, acts = _acts(one, by, may_vote)
    return {
        "ballot": one,
        "crumbs": crumbs(one),
        "sentence": f"*{titled(one)}*: {_sentence(one)}",
        "status": _status(one, by, may_vote),
        "main_act": main_act,
        "acts": acts,
        "main": [_items(one, by), *_receipts(one)],
        "side": [_facts(one), *_tellers(one), _roll(one)],
        "scan": _scan(one, by),
        "complain_url": url_for("ballot.complain", round_id=one.id) if _may_complain(one, by) else "",
    }


def _sentence(one: Ballot) -> str:
    return {
        "planned": ngettext("%(num)d mục, chưa mở", "%(num)d mục, chưa mở", len(one.items)),
        "open": _("đang bỏ phiếu"),
        "sealed": ngettext("%(num)d phiếu đã niêm phong", "%(num)d phiếu đã niêm phong", one.voted),
        "paper": _("đang kiểm phiếu giấy") if one.secret else _("đang ghi kết quả biểu quyết"),
        "counted": _("đã kiểm phiếu"),
        "burnt": _("đã kiểm phiếu"),
        "cancelled": _("đã hủy"),
    }[one.state]


def _status(one: Ballot, by: Actor, may_vote: bool) -> str:
    member = one.member_of(by.account)
    if one.state == "cancelled":
        return one.reason
    if one.state == "open" and member is not None and member.present:
        return _("Phiếu kín: chỉ hai người trong Ban kiểm phiếu cùng nhập mã mới mở được hòm.") if may_vote else _(
            "Phiếu của bạn đã vào hòm. So mã biên nhận khi công bố.")
    if one.state == "planned" and one.secret:
        ready = sum(teller.confirmed for teller in one.tellers)
        return ngettext("%(num)d trong 3 người kiểm phiếu đã xác nhận mã.",
                        "%(num)d trong 3 người kiểm phiếu đã xác nhận mã.", ready)
    if one.state == "sealed":
        return _("So mã biên nhận của bạn với danh sách. Thiếu mã thì báo ngay, trước khi kiểm phiếu.")
    if one.state == "paper":
        if one.differing:
            return _("Hai bản nhập khác nhau: %(where)s. Mỗi người xem lại và sửa bản của mình.", where=_differing(one))
        return _("Hai người nhập độc lập; hai bản phải khớp.")
    if not one.secret:
        return _("Biểu quyết công khai: cần ít nhất %(quorum)d trong %(total)d người.", quorum=one.quorum, total=one.total)
    return _("Cần ít nhất %(quorum)d trong %(total)d người bỏ phiếu.", quorum=one.quorum, total=one.total)


def _acts(one: Ballot, by: Actor, may_vote: bool) -> tuple[Act | None, list[Act]]:
    acts: list[Act] = []
    if may_vote:
        acts.append(Act(ngettext("Bỏ phiếu, %(num)d mục", "Bỏ phiếu, %(num)d mục", len(one.items)),
                        url_for("ballot.sheet", round_id=one.id), "vote", "main", "lock", method="get"))
    acts += _teller_acts(one, by) + _secretary_acts(one, by) + _opinion_acts(one, by)
    if people.allowed(by, "ballot.cancel") and one.state in ("planned", "open", "sealed", "paper"):
        acts.append(cancel_act(one))
    main = next((act for act in acts if act.level == "main"), None)
    rest = [act for act in acts if act is not main]
    return main, [act if act.level != "main" else _second(act) for act in rest]


def _second(act: Act) -> Act:
    return Act(act.words, act.url, act.key, "second", act.icon, act.why_not, act.effect, act.asks, method=act.method)


def _teller_acts(one: Ballot, by: Actor) -> list[Act]:
    teller = one.teller_of(by.account)
    if teller is not None and one.state == "planned":
        words = _("Nhập lại mã, hoặc nhận mã mới") if teller.issued else _("Nhận mã kiểm phiếu")
        return [Act(words, url_for("ballot.code", round_id=one.id), "code", "second" if teller.confirmed else "main",
                    method="get")]
    if one.state == "sealed" and (teller is not None or people.allowed(by, "ballot.count")):
        return [Act(_("Kiểm phiếu bằng mã của hai người"), url_for("ballot.count", round_id=one.id), "count", "main",
                    method="get")]
    if one.state in ("planned", "paper") and (teller is not None or people.allowed(by, PAPER)):
        return [Act(_("Nhập kết quả phiếu giấy") if one.secret else _("Nhập kết quả biểu quyết"),
                    url_for("ballot.paper", round_id=one.id), "paper", method="get")]
    return []


def _opinion_acts(one: Ballot, by: Actor) -> list[Act]:
    """Entering what members wrote who are not there."""
    if one.state not in ("planned", "open") or not people.allowed(by, PAPER):
        return []
    return [
        Act(_("Ghi ý kiến văn bản của %(name)s", name=m.name),
            url_for("council_written.enter", round_id=one.id, member_no=m.member_no), f"opinion-{m.member_no}", icon="file",
            method="get")
        for m in one.roll if not m.present
    ]


def duties(by: Actor, session_id: int | None = None) -> list[Link]:
    """What the reader is to do as a teller, of one session or of all, each with the page where it is done."""
    words = {
        "take": (_("nhận mã"), "code"), "confirm": (_("nhập lại mã"), "code"), "count": (_("nhập mã kiểm phiếu"), "count"),
    }
    return [
        Link(_("Bạn thuộc Ban kiểm phiếu vòng %(n)d: %(act)s", n=one.number, act=words[one.act][0]),
             url_for(f"ballot.{words[one.act][1]}", round_id=one.round))
        for one in ballot.duties_of(by.account) if session_id in (None, one.session_id)
    ]


def _secretary_acts(one: Ballot, by: Actor) -> list[Act]:
    acts = []
    if people.allowed(by, "ballot.open") and one.secret:
        if one.state == "planned":
            ready = len(one.tellers) == 3 and all(teller.confirmed for teller in one.tellers)
            acts.append(
                Act(
                    ngettext("Mở vòng bỏ phiếu, %(num)d mục", "Mở vòng bỏ phiếu, %(num)d mục", len(one.items)),
                    url_for("ballot.open_round", round_id=one.id), "open", "main",
                    why_not="" if ready else _("Ba người kiểm phiếu phải xác nhận mã trước."),
                    effect=ngettext("Mở vòng cho *%(num)d người*? Sau đó danh sách, mục, số phiếu cần không sửa được nữa.",
                                    "Mở vòng cho *%(num)d người*? Sau đó danh sách, mục, số phiếu cần không sửa được nữa.",
                                    one.total),
                )
            )
        if one.state == "open":
            acts.append(
                Act(_("Niêm phong hòm phiếu"), url_for("ballot.seal", round_id=one.id), "seal", "main", "seal",
                    effect=_("Niêm phong thì không ai bỏ phiếu được nữa. Cần ít nhất *%(quorum)d phiếu* trong %(total)d người: "
                             "chưa đủ mà niêm phong thì *vòng bị hủy*. Xem con số trên trang trước khi bấm.",
                             quorum=one.quorum, total=one.total))
            )
    if people.allowed(by, "ballot.count") and one.state == "counted" and one.secret and one.root:
        acts += [
            Act(_("Kiểm lại"), url_for("ballot.recount", round_id=one.id), "recount", method="get"),
            Act(_("Xóa hòm phiếu"), url_for("ballot.burn", round_id=one.id), "burn", "takes",
                effect=_("Xóa hòm phiếu của vòng này? Sau đó không kiểm lại được. Kết quả và biên bản còn nguyên.")),
        ]
    return acts


def cancel_act(one: Ballot) -> Act:
    """Cancelling a round."""
    return Act(_("Hủy vòng"), url_for("ballot.cancel", round_id=one.id), "cancel", "takes",
               effect=_("Hủy *%(round)s*? Không phiếu nào của vòng được đếm. Bỏ phiếu lại là một vòng mới.",
                        round=titled(one)), asks=_("Lý do, ghi vào biên bản"))


def withdraw_act(one: Ballot, item_no: int) -> Act:
    """Taking one item off."""
    url = url_for("ballot.withdraw", round_id=one.id, item_no=item_no)
    return Act(_("Rút mục này"), url, f"withdraw-{item_no}", "takes",
               effect=_("Rút mục *%(n)d* khỏi vòng? Mục này không cộng phiếu.", n=item_no), asks=_("Lý do"), page_url=url)


def _items(one: Ballot, by: Actor) -> Block:
    done = one.state in ("counted", "burnt")
    blank = _("Trắng") if one.blank == "line" else _("Không hợp lệ")
    columns = [Column(_("Mục")), Column(_("Cần"), figures=True)]
    if done:
        columns += [Column(words, figures=True) for words in
                    (_("Đồng ý"), _("Không đồng ý"), blank, _("Không tham gia"), _("Ý kiến văn bản"))]
        columns.append(Column(_("Kết quả")))
    else:
        columns += [Column(_("Người biểu quyết"), figures=True), Column("")]
    may = people.allowed(by, "ballot.plan") and one.state in ("planned", "open", "sealed", "paper")
    return Block(
        _("Các mục"),
        table=Table(
            columns,
            [[_name(item), _needed(item), *(_counted(item) if done else _waiting(item))] for item in one.items],
            _("Các mục"),
            row_acts=[[withdraw_act(one, item.item_no)] if may and not item.withdrawn else [] for item in one.items],
        ),
        words=ngettext("Mỗi dòng: đồng ý + không đồng ý + %(blank)s + không tham gia = %(num)d phiếu.",
                       "Mỗi dòng: đồng ý + không đồng ý + %(blank)s + không tham gia = %(num)d phiếu.",
                       one.voted, blank=blank.lower()) if done and one.secret and one.root else "",
    )


def _name(item: Item) -> Cell:
    return Cell(f"{item.item_no}. {item.title}", ". ".join(part for part in (item.note, item.basis) if part))


def _needed(item: Item) -> Cell:
    return Cell(_("%(needed)d trong %(of)d", needed=item.needed, of=item.denominator), figures=True)


def _waiting(item: Item) -> list[Cell]:
    if item.withdrawn:
        return [Cell(""), Cell("", tag=Tag("refused", _("Đã rút")))]
    tag = Tag("note", _("Không thể đạt")) if item.hopeless else None
    return [Cell(str(item.electorate), figures=True), Cell("", tag=tag)]


def _counted(item: Item) -> list[Cell]:
    if item.result is None:
        words = _("Đã rút") if item.withdrawn else _("Không cộng: quá ít người bỏ phiếu")
        return [*(Cell("–", figures=True) for _unused in range(5)), Cell("", tag=Tag("note", words))]
    found = item.result
    written = _("%(agree)d/%(all)d", agree=found.written_agree, all=found.written_agree + found.written_disagree)
    figures = [found.agree, found.disagree, found.blank, found.recused]
    tag = Tag("passed", _("Đạt")) if found.reached else Tag("refused", _("Không đạt"))
    return [*(Cell(str(n), figures=True) for n in figures),
            Cell(written if item.written else "–", figures=True), Cell("", tag=tag)]


def _receipts(one: Ballot) -> list[Block]:
    if not one.receipts:
        return []
    return [
        Block(
            _("Mã biên nhận trong hòm"),
            words=_("Xếp theo số, không theo thứ tự bỏ phiếu. Mã chỉ cho biết phiếu có trong hòm, không cho biết chọn gì."),
            lines=[Cell(ballot.grouped(one_), figures=True) for one_ in one.receipts],
            key="receipts",
        )
    ]


def _scan(one: Ballot, by: Actor) -> dict[str, str] | None:
    """The scan of a count on paper: where it is read, where it is sent, and whether the minutes wait for it."""
    if one.root or one.state not in ("paper", "counted"):
        return None
    may = one.teller_of(by.account) is not None or people.allowed(by, PAPER)
    missing = _("Chưa có. Thư ký ký biên bản phiên họp được khi đã có bản này.") if one.secret else _("Chưa có, không bắt buộc.")
    return {
        "shown": url_for("files.download", file_id=one.scan, look=1) if one.scan else "",
        "missing": "" if one.scan else missing,
        "url": url_for("ballot.scan", round_id=one.id) if may else "",
    }


def _may_complain(one: Ballot, by: Actor) -> bool:
    member = one.member_of(by.account)
    return one.state == "sealed" and member is not None and bool(member.voted)


def _facts(one: Ballot) -> Block:
    facts = [
        Fact(_("Trạng thái"), state_tag(one).words),
        Fact(_("Đủ điều kiện khi có"), ngettext("%(num)d người bỏ phiếu", "%(num)d người bỏ phiếu", one.quorum)),
        Fact(_("Mục để trống"), _("một dòng riêng") if one.blank == "line" else _("không hợp lệ ở mục đó")),
    ]
    if one.params_hash:
        facts.append(Fact(_("Mã tham số"), _short(one.params_hash), figures=True))
    if one.root:
        facts.append(Fact(_("Mã hòm"), _short(one.root), figures=True))
    return Block(_("Vòng này"), facts=facts)


def _short(text: str) -> str:
    return " ".join(text[at : at + 8] for at in range(0, 64, 8))


def _tellers(one: Ballot) -> list[Block]:
    if not one.tellers:
        return []
    words = {
        (False, False): ("warn", _("chưa nhận mã")), (True, False): ("warn", _("chưa nhập lại mã")),
        (True, True): ("ok", _("đã xác nhận mã")), (False, True): ("warn", ""),
    }
    checks = []
    for teller in one.tellers:
        level, said = words[teller.issued, teller.confirmed] if one.state == "planned" else ("ok", "")
        checks.append(Check(f"{teller.no}. *{teller.name}*" + (f", {said}" if said else ""), level))
    return [Block(_("Ban kiểm phiếu"), checks=checks)]


def _roll(one: Ballot) -> Block:
    lines = []
    for member in one.roll:
        kept_out = [str(item.item_no) for item in one.items if member.member_no in item.recused]
        second = [] if member.present else [_("vắng mặt")]
        if kept_out:
            second.append(_("không tham gia mục %(items)s", items=", ".join(kept_out)))
        if member.voted:
            second.append(_("đã bỏ phiếu"))
        lines.append(Cell(f"{member.member_no}. {member.name}", "; ".join(second)))
    return Block(_("Danh sách bỏ phiếu"), lines=lines)


def tellers_form(one: Ballot, by: Actor, typed: Mapping[str, str]) -> dict[str, Any] | None:
    """The form that names the tellers, for who may and while it is time; what was just chosen stays chosen."""
    if one.state != "planned" or not one.secret or not people.allowed(by, "ballot.plan"):
        return None
    known = people.accounts_of(ballot.able_tellers())
    named = {teller.no: teller.account for teller in one.tellers}
    named |= {no: int(said) for no in (1, 2, 3) if (said := typed.get(f"teller-{no}", "")).isdecimal()}
    return {
        "url": url_for("ballot.name_tellers", round_id=one.id),
        "people": [(number, f"{row.name}{', ' + row.title if row.title else ''}") for number, row in known.items() if row.active],
        "named": named,
    }


def figure(form: Mapping[str, str], name: str) -> int:
    """A whole number of a form; Invalid says which is none."""
    said = form.get(name, "").strip()
    if not said.isascii() or not said.isdigit() or len(said) > 4:
        raise Invalid.at(name, _("Ghi số phiếu bằng chữ số ở mọi ô."), "Type figures in every field.")
    return int(said)


def sums(one: Ballot, form: Mapping[str, str]) -> dict[int, Sum]:
    """What was keyed for each item."""
    return {
        item.item_no: Sum(*(figure(form, f"{word}-{item.item_no}") for word in ("agree", "disagree", "blank", "recused")))
        for item in one.items
        if not item.withdrawn
    }


def keyed_words(done: Ballot) -> str:
    """What happened with a keyed count."""
    if done.state == "counted":
        return _("Hai bản nhập khớp nhau. Đã ghi kết quả.")
    if len(done.keyed_by) < 2:
        return _("Đã ghi bản thứ nhất. Người thứ hai nhập độc lập.")
    return _("Hai bản nhập khác nhau: %(where)s. Mỗi người xem lại và sửa bản của mình.", where=_differing(done))


def _differing(one: Ballot) -> str:
    """Where the two who keyed do not agree: items, and how many ballots came back."""
    items = ", ".join(str(n) for n in one.differing if n)
    returned = (_("số phiếu thu về") if one.secret else _("số người biểu quyết")) if 0 in one.differing else ""
    return ", ".join(part for part in (returned, _("mục %(n)s", n=items) if items else "") if part)
