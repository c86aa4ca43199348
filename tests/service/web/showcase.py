"""Shows the page templates with made-up values in a small application of their own; run it to look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, render_template, request
from flask_wtf import CSRFProtect

from forms import change_rows, compile_form, from_html, lay_out
from service.web import display, rendering
from tests.service.web import sample_ballot, sample_council, sample_pages, sample_work, samples

_SERVICE = Path(rendering.__file__).resolve().parent.parent
PAGES: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "kit": ("kit", lambda: {"frame": samples.frame(said=samples.SAID), "samples": samples.kit()}),
    "inbox": ("inbox", sample_work.inbox),
    "inbox-empty": ("inbox", sample_work.inbox_empty),
    "task": ("task", sample_work.task),
    "task-wide": ("task", sample_work.task_wide),
    "task-taken": ("task", sample_work.task_taken),
    "chair-sign": ("list", sample_work.chair_sign),
    "council-sheet": ("list", sample_work.council_sheet),
    "home": ("home", sample_pages.home),
    "home-head": ("home", sample_pages.home_head),
    "nomination": ("nomination", sample_pages.nomination),
    "start": ("start", sample_work.start),
    "matter": ("matter", sample_pages.matter),
    "matter-ended": ("matter", sample_pages.matter_ended),
    "movement": ("movement", sample_pages.movement),
    "movement-results": ("movement", sample_pages.movement_results),
    "public-figures": ("public_figures", sample_pages.public_figures),
    "comments": ("comments", sample_pages.comments),
    "workload": ("workload", sample_pages.workload),
    "workload-empty": ("workload", sample_pages.workload_empty),
    "question": ("question", sample_pages.question),
    "question-closed": ("question", sample_pages.question_closed),
    "ask": ("ask", sample_pages.ask),
    "ask-nobody": ("ask", sample_pages.ask_nobody),
    "due": ("due", sample_pages.due_day),
    "round": ("round", sample_pages.round_page),
    "submission": ("submission", sample_pages.submission),
    "sign-in": ("sign_in", sample_pages.sign_in),
    "sign-in-code": ("sign_in", sample_pages.sign_in_code),
    "forgotten": ("forgotten", sample_pages.forgotten),
    "forgotten-asked": ("forgotten", sample_pages.forgotten_asked),
    "set-password": ("set_password", sample_pages.set_password),
    "confirm": ("confirm", sample_pages.confirm),
    "error": ("error", sample_pages.error),
    "register": ("register", sample_pages.register),
    "trail": ("trail", sample_pages.trail),
    "ballot": ("ballot", sample_ballot.round_page),
    "ballot-sheet": ("ballot_sheet", sample_ballot.sheet),
    "ballot-cast": ("ballot_cast", sample_ballot.cast),
    "ballot-again": ("ballot_again", sample_ballot.again),
    "ballot-code": ("ballot_code", sample_ballot.code),
    "ballot-count": ("ballot_count", sample_ballot.count),
    "ballot-paper": ("ballot_paper", sample_ballot.paper),
    "verify": ("verify", sample_pages.verify),
    "council": ("council", sample_council.session_page),
    "council-plan": ("council_plan", sample_council.plan),
    "council-meeting": ("council_meeting", sample_council.meeting),
    "council-item": ("council_item", sample_council.wall),
    "council-member": ("council_member", sample_council.member_page),
    "council-minutes": ("council_minutes", sample_council.minutes),
    "council-kiosk": ("council_kiosk", sample_council.kiosk),
    "council-paper": ("council_paper", sample_council.paper_set),
    "draw-up": ("draw_up", sample_council.draw_up),
    "council-scores": ("council_scores", sample_council.score_sheets),
    "council-score-key": ("council_score_key", sample_council.score_key),
    "reviewing": ("reviewing", sample_council.reviewing),
    "feedback": ("feedback", sample_council.feedback),
    "own-scores": ("own_scores", sample_council.own_scores),
    "council-written": ("council_written", sample_council.written),
    "kept-pages": ("kept_pages", sample_pages.kept_pages),
    "token": ("token", sample_pages.token),
    "token-made": ("token", sample_pages.token_made),
    "help-first": ("help", sample_pages.help_first),
    "help-text": ("help", sample_pages.help_text),
    "webhook-secret": ("webhook_secret", sample_pages.webhook_secret),
    "second-factor": ("second_factor", sample_ballot.second_factor),
}
"""Name of a page -> its template and what it is given."""

_HEADERS = {"Content-Security-Policy": "default-src 'self'"}


def showcase() -> Flask:
    """An application of one page a template, under the policy of the real one, without a database."""
    app = Flask("service", root_path=str(_SERVICE))
    app.config["SECRET_KEY"] = "only for looking at"
    CSRFProtect(app)
    rendering.install(app)
    app.register_blueprint(display.pages)
    app.after_request(_guarded)
    app.after_request(_read)

    @app.get("/<name>")
    def page(name: str) -> str:
        if name not in PAGES:
            abort(404)
        template, given = PAGES[name]
        context = given()
        seen = replace(context["frame"], theme=rendering.chosen_theme(), language=rendering.chosen_language())
        return render_template(f"pages/{template}.html", **(context | {"frame": seen}))

    @app.post("/draft")
    def drafted() -> dict[str, str]:
        return {"message": "Đã lưu nháp lúc 09:43. Rời trang không mất gì."}

    @app.post("/task-wide")
    def answered() -> str:
        """What the real page does with a row button, and with the answers given so far."""
        form = compile_form(samples.KIT_FORM)
        pairs = list(request.form.items(multi=True))
        answers = change_rows(form, pairs) or from_html(form, pairs)
        context = sample_work.task_wide() | {"parts": lay_out(form, answers, today=date(2026, 11, 23))}
        return render_template("pages/task.html", **context)

    @app.get("/sample.bpmn")
    def bpmn() -> Response:
        return Response((Path(__file__).parent / "sample.bpmn").read_bytes(), mimetype="application/xml")

    return app


def _read(response: Response) -> Response:
    """A file is read before it goes: the server leaves it open where a browser has left meanwhile."""
    if response.direct_passthrough:
        held: Any = response.response
        response.direct_passthrough = False
        response.set_data(b"".join(held))
        held.close()
    return response


def _guarded(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


if __name__ == "__main__":
    showcase().run(port=8765)
