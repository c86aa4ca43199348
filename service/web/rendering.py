"""Gives the templates their words and addresses: filters, the assets of the build, the language. Holds no page."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import Babel, gettext
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from forms.fields import str_of
from forms.templates import blocks
from service import clock, words
from service.calendar import working_calendar
from service.config import UPLOAD_LIMIT
from service.vietnamese import fold, person_sort_key, sort_key
from service.web import form_parts

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
THEMES = ("system", "light", "dark")

BUILD = Path(__file__).resolve().parent.parent / "static" / "build"
_TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
_YEAR_IN_SECONDS = 365 * 24 * 3600


class AssetsMissing(RuntimeError):
    """The front end was not built, or has no file of that name."""


def install(app: Flask) -> None:
    """Give an application the filters and globals that the templates use, and the reader's language.

    An unknown variable in a template is an error, never an empty place.
    """
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "vi")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Ho_Chi_Minh")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(_TRANSLATIONS))
    # Names of built files carry their content's hash, so a browser may keep them.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR_IN_SECONDS
    Babel(app, locale_selector=chosen_language)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    app.jinja_env.filters.update(
        date=words.full_date,
        day=lambda value: words.short_date(value, clock.today()),
        long_date=words.long_date,
        weekday=words.weekday,
        time=words.clock_time,
        moment=words.full_moment,
        iso=iso,
        number=words.number,
        money=words.money,
        size=words.size,
        counted=words.counted,
        due=due,
        strong=strong,
        rows=form_parts.rows,
        conditional=form_parts.conditional,
        searched=form_parts.searched,
        redrawn_by_days=form_parts.redrawn_by_days,
        faults=form_parts.faults,
        folding=form_parts.folding,
        unsettled=form_parts.unsettled,
        told=form_parts.told,
        sentence=form_parts.sentence,
        posted=str_of,
        blocks=blocks,
        plain=lambda text: text.replace("*", ""),
        fold=fold,
        names=lambda people, key="name": sorted(people, key=lambda one: person_sort_key(_read(one, key))),
        in_order=lambda things, key="name": sorted(things, key=lambda one: sort_key(_read(one, key))),
    )
    app.jinja_env.globals.update(asset=asset, languages=LANGUAGES, today=clock.today, upload_words=upload_words)


def chosen_language() -> str:
    """Language of the reader: the one chosen here, else Vietnamese.

    The browser is not asked: many an office PC in a Vietnamese commune speaks English to a reader who does not.
    """
    kept = request.cookies.get("language", "")
    return kept if kept in LANGUAGES else "vi"


def chosen_theme() -> str:
    """Theme kept in the reader's cookie: light, dark, or as the system wishes."""
    kept = request.cookies.get("theme", "")
    return kept if kept in THEMES else "system"


def due(moment: datetime | date | None) -> words.Due | None:
    """Say a deadline in working days of the office's calendar, seen from now."""
    return words.due(moment, clock.now(), working_calendar())


def iso(value: datetime | date | None) -> str:
    """The value of a `time` element: local and machine-readable."""
    if value is None:
        return ""
    return (
        words.local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    )


def strong(text: str, element: str = "strong") -> Markup:
    """Make the `*weighty*` words of a sentence stand out; everything else is escaped."""
    pieces = str(text).split("*")
    if len(pieces) % 2 == 0:  # a lone asterisk is only a sign
        return escape(text)
    return Markup("").join(
        Markup("<{0}>{1}</{0}>").format(element, piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )


def upload_words() -> dict[str, str]:
    """What the script of file inputs says while files are on their way, and how large one may be."""
    limit: int = current_app.extensions["settings"].upload_limit if "settings" in current_app.extensions else UPLOAD_LIMIT
    return {
        "waits": gettext("Chờ gửi"),
        "limit": str(limit),
        "large": gettext("Tệp lớn quá %(most)s MB. Giảm dung lượng rồi gửi lại.", most=limit // 1_000_000),
        "sends": gettext("Đã gửi {percent} phần trăm"),
        "done": gettext("Đã gửi xong"),
        "failed": gettext("Chưa gửi được: mất kết nối hoặc tệp quá lớn. Chọn lại tệp."),
        "drop": gettext("Bỏ tệp"),
        "stopped": gettext("Chưa gửi: không nhận được tệp {names}. Bấm “Bỏ tệp” ở tệp đó, chọn tệp khác nếu cần, rồi bấm lại."),
        "offline": gettext("Chưa có mạng, tự gửi lại khi có mạng"),
        "kept": gettext("Tệp đã giữ trên máy này, đóng trang không mất."),
        "unkept": gettext("Máy này không giữ được tệp: đừng đóng trang cho đến khi gửi xong."),
        "holds": gettext("Đang gửi tệp. Gửi xong tệp, phiếu tự gửi theo nếu trang còn mở."),
    }


def asset(source: str) -> str:
    """Address of a built file by the name of its source (`main.js`). Raises AssetsMissing where it was not built."""
    try:
        file = _manifest()[source]["file"]
    except KeyError:
        raise AssetsMissing(f"{source} is not in the build; run `npm ci && npm run build`") from None
    return url_for("static", filename=f"build/{file}")


@cache
def _manifest() -> dict[str, Any]:
    path = BUILD / "manifest.json"
    if not path.exists():
        raise AssetsMissing("the front end is not built; run `npm ci && npm run build`")
    built: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return built


def _read(thing: Any, key: str) -> str:
    return str(thing[key] if isinstance(thing, dict) else getattr(thing, key))
