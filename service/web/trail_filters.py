"""What the page of the trail is narrowed by: its form, what is in force with a way to take each back, which nomination was meant."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from service import people, trail
from service.actor import Actor
from service.awards import entries
from service.awards.entries import MACHINES, Asked
from service.errors import Invalid
from service.trail.labels import DOORS
from service.vietnamese import people_in_order
from service.web.frame import Link
from service.web.parts import TrailFilters


def form(asked: Asked, typed: str, locale: trail.Locale, *, by: Actor) -> TrailFilters:
    """The form, filled in with what is asked for; `typed` is a nomination as somebody wrote it who is yet to choose one."""
    english = locale == "en"
    everybody = people_in_order(people.names(people.accounts_by_login().values()))
    meant = entries.nominations_named(typed, by=by) if typed else []
    bodies = [(name, name) for name in entries.bodies_acted_for()]
    kept = {key: str(value) for key, value in asked.words().items()}
    if asked.nomination is not None:
        kept["case"] = f"#{asked.nomination}"
    parts = trail.part_words(locale)
    return TrailFilters(
        url=url_for("trail.show"),
        hidden={key: kept[key] for key in ("part", "stream") if key in kept},
        values=kept | ({"case": typed} if typed else {}),
        people=everybody + [(word, said[english]) for word, said in MACHINES.items()],
        behalf=[(_("Người"), everybody), *([(_("Đơn vị, cơ quan"), bodies)] if bodies else [])],
        kinds=[
            (parts[part], sorted(choices, key=lambda one: one[1]))
            for part, choices in trail.kind_choices(locale).items() if asked.part in ("", part)
        ],
        doors=[(word, said[english]) for word, said in DOORS.items()],
        also=asked.also,
        wrong="" if not typed else _("Có nhiều hồ sơ khớp, chọn một:") if meant
        else _("Không có hồ sơ nào có “%(typed)s”. Các điều kiện khác vẫn áp dụng.", typed=typed),
        meant=[
            Link(_("%(name)s, %(unit)s (số %(number)s)", name=n.name, unit=n.unit_name, number=n.id),
                 url_for("trail.show", **address(asked) | {"nomination": n.id}))
            for n in meant
        ],
        here=len(asked.words().keys() - {"part", "stream", "also"}),
    )


def address(asked: Asked) -> dict[str, Any]:
    """What is asked for as it stands in the page's address."""
    words: dict[str, Any] = dict(asked.words())
    if "text" in words:
        words["q"] = words.pop("text")
    return words


def asked_here() -> tuple[Asked, str]:
    """What the address of this request asks for, and a nomination that was typed and stands for none or for several.

    One that can mean a single nomination only is that one.
    """
    said = {**request.args.to_dict(), "text": request.args.get("q", "")}
    typed = request.args.get("case", "").strip()[:100]
    return entries.read_asked(said), typed


def must_mean_something(asked: Asked, typed: str) -> None:
    """Refuse with Invalid an address with conditions that do not narrow: a file holds what was asked for, and no more."""
    said = {**request.args.to_dict(), "text": request.args.get("q", "")}
    names = entries.meaningless(said, asked) + (["nomination"] if typed else [])
    if names:
        vi, en = (", ".join(entries.LABELS[name][at] for name in names) for at in (0, 1))
        raise Invalid(
            f"Điều kiện lọc không đọc được: {vi}. Bỏ hoặc sửa điều kiện đó rồi xuất lại.",
            f"Conditions that mean nothing: {en}. Take them away or correct them, and export again.",
            code="no-such-filter",
        )


def in_force(asked: Asked, locale: trail.Locale, *, by: Actor) -> list[Link]:
    """Each condition in words, leading to the page without it."""
    return [
        Link(f"{label}: {value}", url_for("trail.show", **address(asked.without(name))))
        for name, (label, value) in entries.said(asked, by=by, locale=locale).items() if name != "part"
    ]


def chips(asked: Asked, locale: trail.Locale) -> list[Link]:
    """The parts of the trail, one of which is shown, or all."""
    plain = asked.without("part").without("kind")
    return [Link(_("Tất cả"), url_for("trail.show", **address(asked.without("part"))), current=not asked.part)] + [
        Link(said, url_for("trail.show", **address(plain), part=word), current=asked.part == word)
        for word, said in trail.part_words(locale).items() if trail.kind_choices(locale).get(word)
    ]


def deeds_url(account: int) -> str:
    """What a person did, and what others did on the person's behalf."""
    return url_for("trail.show", who=account, also=1)


def deeds_link(account: int, *, by: Actor) -> Link | None:
    """The same, for who may read the whole trail."""
    return Link(_("Người này đã làm gì"), deeds_url(account)) if reads_all(by) else None


def reads_all(by: Actor) -> bool:
    """Whether the page of the whole trail is open to the person."""
    return people.allowed(by, "trail.read") and bool(trail.may_read(by))
