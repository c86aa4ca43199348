"""Pillars and indicators of a draft index set: added, changed, dropped on pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import people
from service.actor import Actor
from service.errors import NotFound
from service.movement import index
from service.movement.index import Content, IndexPillar, Indicator, IndicatorInput, PillarInput
from service.web import edit, pages
from service.web.case_parts import in_words
from service.web.index_parts import confirm, mine, page_of
from service.web.parts import Act

blueprint = Blueprint("index_content", __name__)


def drop_indicator_act(content: Content, one: Indicator) -> Act:
    """Takes it out of a draft, once somebody has said yes."""
    url = url_for("index_content.drop_indicator", set_id=content.row.id, code=one.code)
    return Act(_("Bỏ"), url, f"drop-{one.code}", "text", page_url=url,
               effect=_("Bỏ chỉ số *%(code)s. %(name)s* khỏi bộ?", code=one.code, name=in_words((one.name, one.name_en))))


def drop_pillar_act(content: Content, pillar: IndexPillar) -> Act:
    """Takes it out of a draft, once somebody has said yes."""
    url = url_for("index_content.drop_pillar", set_id=content.row.id, code=pillar.code)
    return Act(_("Bỏ trụ cột"), url, f"drop-pillar-{pillar.code}", "text", page_url=url,
               effect=_("Bỏ trụ cột *%(name)s* khỏi bộ?", name=in_words((pillar.name, pillar.name_en))))


def _pillar_fields() -> list[edit.Field]:
    return [
        edit.text("name", _("Tên trụ cột"), required=True, most=200), edit.text("name_en", _("Tên tiếng Anh"), required=True, most=200),
        edit.number("weight", _("Trọng số"), low=0, high=1000, digits=3),
    ]


@blueprint.route("/index-sets/<int:set_id>/pillars/new", methods=["GET", "POST"])
def add_pillar(set_id: int) -> AnyResponse:
    """Add a pillar to a draft."""
    by, content = mine(set_id)
    code = edit.text("code", _("Mã trụ cột"), hint=_("Chữ in hoa không dấu, số, dấu chấm: 1, CQS."), required=True, most=20)
    url = url_for("index_content.add_pillar", set_id=set_id)
    return edit.edit(
        edit.form("index_pillar", code, *_pillar_fields()), page_of(content.row, _("Thêm trụ cột"), url),
        lambda said: _pillar_kept(set_id, said["code"], said, by),
    )


@blueprint.route("/index-sets/<int:set_id>/pillars/<code>", methods=["GET", "POST"])
def change_pillar(set_id: int, code: str) -> AnyResponse:
    """Change a pillar of a draft."""
    by, content = mine(set_id)
    pillar = _pillar(content, code)
    first = {"name": pillar.name, "name_en": pillar.name_en, "weight": float(pillar.weight)}
    url = url_for("index_content.change_pillar", set_id=set_id, code=code)
    return edit.edit(
        edit.form("index_pillar", *_pillar_fields()), page_of(content.row, _("Sửa trụ cột %(code)s", code=code), url),
        lambda said: _pillar_kept(set_id, code, said, by), first=first,
    )


def _pillar(content: Content, code: str) -> IndexPillar:
    for one in content.pillars:
        if one.code == code:
            return one
    raise NotFound("Bộ này không có trụ cột mang mã đó.", "There is no pillar of this code in the set.")


def _pillar_kept(set_id: int, code: str, said: dict[str, Any], by: Actor) -> AnyResponse:
    index.put_pillar(set_id, PillarInput(code, said["name"], said["name_en"], str(said["weight"])), by=by)
    pages.say(_("Đã ghi trụ cột %(code)s.", code=code))
    return pages.back_to("index_sets.show", set_id=set_id)


@blueprint.route("/index-sets/<int:set_id>/pillars/<code>/drop", methods=["GET", "POST"])
def drop_pillar(set_id: int, code: str) -> AnyResponse:
    """Take a pillar without indicators out of a draft."""
    by, content = mine(set_id)

    def do(_reason: str) -> AnyResponse:
        index.drop_pillar(set_id, code, by=by)
        pages.say(_("Đã bỏ trụ cột %(code)s.", code=code))
        return pages.back_to("index_sets.show", set_id=set_id)

    return confirm(content.row, drop_pillar_act(content, _pillar(content, code)), do)


def _indicator_fields(content: Content) -> list[edit.Field]:
    return [
        edit.choice("pillar", _("Trụ cột"), [(one.code, f"{one.code}. {in_words((one.name, one.name_en))}") for one in content.pillars],
                    required=True),
        edit.text("name", _("Tên chỉ số"), required=True, most=300), edit.text("name_en", _("Tên tiếng Anh"), required=True, most=300),
        edit.text("measure", _("Đơn vị tính"), hint=_("Của kết quả: phần trăm, lượt, buổi."), required=True, most=60),
        edit.rows("inputs", _("Số liệu phải nhập"), [
            edit.text("key", _("Tên trong công thức"), hint=_("Viết liền, chữ thường không dấu: so_ho_so."), required=True, most=30),
            edit.text("label", _("Nhãn"), required=True, most=200),
        ], most=12),
        edit.rows("parameters", _("Tham số"), [
            edit.text("name_of", _("Tên trong công thức"), required=True, most=30),
            edit.text("value", _("Giá trị"), required=True, most=30),
        ], hint=_("Số cố định dùng trong công thức; để trống được."), most=12),
        edit.area("formula", _("Công thức (FEEL)"), hint=_("Cho ra kết quả theo đơn vị tính: so_truc_tuyen / tong * 100."), required=True,
                  most=2000),
        edit.number("full", _("Kết quả đạt điểm tối đa"), low=0, high=10**9, digits=3,
                    hint=_("Từ mức này trở lên được đủ điểm, thấp hơn được theo tỷ lệ.")),
        edit.number("maximum", _("Điểm tối đa"), low=0, high=10**6, digits=3),
        edit.number("weight", _("Trọng số trong trụ cột"), low=0, high=1000, digits=3),
        edit.area("evidence", _("Minh chứng cần có"), hint=_("Để trống thì không đòi minh chứng."), most=2000),
        edit.choice("who", _("Ai nhập"), [(key, in_words(pair)) for key, pair in index.WHO.items()], required=True, chosen=True),
        edit.several("kinds", _("Loại đơn vị"), [(key, in_words(pair)) for key, pair in people.KINDS.items()],
                     hint=_("Không chọn loại nào: mọi đơn vị trong bộ đều nhập.")),
    ]


@blueprint.route("/index-sets/<int:set_id>/indicators/new", methods=["GET", "POST"])
def add_indicator(set_id: int) -> AnyResponse:
    """Add an indicator to a draft."""
    by, content = mine(set_id)
    code = edit.text("code", _("Mã chỉ số"), hint="1.1", required=True, most=20)
    url = url_for("index_content.add_indicator", set_id=set_id)
    return edit.edit(
        edit.form("index_indicator", code, *_indicator_fields(content)), page_of(content.row, _("Thêm chỉ số"), url),
        lambda said: _indicator_kept(set_id, said["code"], said, by),
        first={"who": "unit", "weight": 1, "maximum": 10, "inputs": [{"key": "", "label": ""}]},
    )


@blueprint.route("/index-sets/<int:set_id>/indicators/<code>", methods=["GET", "POST"])
def change_indicator(set_id: int, code: str) -> AnyResponse:
    """Change an indicator of a draft."""
    by, content = mine(set_id)
    one = content.indicator(code)
    first = {
        **{key: getattr(one, key) for key in ("name", "name_en", "measure", "inputs", "formula", "evidence", "who", "kinds")},
        **{key: float(getattr(one, key)) for key in ("full", "maximum", "weight")},
        "pillar": next(each.code for each in content.pillars if each.id == one.pillar_id),
        "parameters": [{"name_of": key, "value": value} for key, value in one.parameters.items()],
    }
    url = url_for("index_content.change_indicator", set_id=set_id, code=code)
    return edit.edit(
        edit.form("index_indicator", *_indicator_fields(content)), page_of(content.row, _("Sửa chỉ số %(code)s", code=code), url),
        lambda said: _indicator_kept(set_id, code, said, by), first=first,
    )


def _indicator_kept(set_id: int, code: str, said: dict[str, Any], by: Actor) -> AnyResponse:
    index.put_indicator(set_id, IndicatorInput(
        said["pillar"], code, said["name"], said["name_en"], said["measure"],
        [(one["key"], one["label"]) for one in said.get("inputs") or []], said["formula"], str(said["full"]), str(said["maximum"]),
        str(said["weight"]), {one["name_of"]: one["value"] for one in said.get("parameters") or []}, said.get("evidence") or "",
        said["who"], said.get("kinds") or [],
    ), by=by)
    pages.say(_("Đã ghi chỉ số %(code)s.", code=code))
    return pages.back_to("index_sets.show", set_id=set_id)


@blueprint.route("/index-sets/<int:set_id>/indicators/<code>/drop", methods=["GET", "POST"])
def drop_indicator(set_id: int, code: str) -> AnyResponse:
    """Take an indicator out of a draft."""
    by, content = mine(set_id)

    def do(_reason: str) -> AnyResponse:
        index.drop_indicator(set_id, code, by=by)
        pages.say(_("Đã bỏ chỉ số %(code)s.", code=code))
        return pages.back_to("index_sets.show", set_id=set_id)

    return confirm(content.row, drop_indicator_act(content, content.indicator(code)), do)
