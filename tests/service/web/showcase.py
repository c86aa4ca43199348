"""Shows the page templates with made-up values in a small application of their own; run it to look at them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Flask, Response, abort, render_template
from flask_wtf import CSRFProtect

from service.web import display, rendering
from tests.service.web import samples

_SERVICE = Path(rendering.__file__).resolve().parent.parent
_HEADERS = {"Content-Security-Policy": "default-src 'self'"}


def showcase() -> Flask:
    """An application of one page a template, under the policy of the real one, without a database."""
    app = Flask("service", root_path=str(_SERVICE))
    app.config["SECRET_KEY"] = "only for looking at"
    CSRFProtect(app)
    rendering.install(app)
    app.register_blueprint(display.pages)
    app.after_request(_guarded)

    @app.get("/<name>")
    def page(name: str) -> str:
        if name not in samples.PAGES:
            abort(404)
        context = samples.PAGES[name]()
        seen = replace(context["frame"], theme=rendering.chosen_theme(), language=rendering.chosen_language())
        template = samples.TEMPLATES.get(name, f"pages/{name}.html")
        return render_template(template, **(context | {"frame": seen}))

    @app.get("/sample.bpmn")
    def bpmn() -> Response:
        return Response((Path(__file__).parent / "sample.bpmn").read_bytes(), mimetype="application/xml")

    return app


def _guarded(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


if __name__ == "__main__":
    showcase().run(port=8765)
