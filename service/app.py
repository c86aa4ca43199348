"""Puts the service together: one Flask application from settings. Decides nothing itself."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask
from flask import Response, g, jsonify, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from prometheus_flask_exporter import PrometheusMetrics
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

from service import api, clock, doors, jobs, parts, route_rights, web
from service.config import Settings
from service.db import db, reading
from service.people import oidc
from service.trail.models import TrailHead

csrf = CSRFProtect()

_HEADERS = {
    # `data:` only for images: small icons in the style sheet.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_HTTPS_ONLY = f"max-age={365 * 24 * 3600}"
"""For a year a browser that was here once comes by https alone; other names of the domain are not ours to speak for."""


def _account() -> str | None:
    actor = g.get("actor")
    return f"account:{actor.account}" if actor is not None else None


def _caller() -> str:
    """By whom a request is counted: the account of who is signed in, else the address, whatever token was made up."""
    return _account() or get_remote_address()


def _limit_requests(app: APIFlask, settings: Settings) -> Limiter:
    """Count requests and refuse too many; comes after the look-up of the person, which tells a token from a made-up one."""

    def usual() -> str:
        return f"{settings.rate_account if _account() else settings.rate_address} per minute"

    limiter = Limiter(_caller, app=app, application_limits=[usual], headers_enabled=True)
    app.extensions["kept_limiter"] = limiter  # its views know it weakly
    return limiter


def _count_by_address(app: APIFlask, settings: Settings, limiter: Limiter) -> None:
    """Count tries to sign in and questions of strangers by address, where the table of routes says so; of a form its sending alone."""
    for endpoint, asked in route_rights.routes().items():
        if not asked.counted:
            continue
        taken = {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}
        most: int = getattr(settings, asked.counted)
        limit = limiter.limit(f"{most} per minute", key_func=get_remote_address, methods=["POST" if "POST" in taken else "GET"])
        limited: Any = limit(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def create_app(settings: Settings | None = None) -> APIFlask:
    """Build the application; may be called more than once in a process."""
    settings = settings or Settings()
    encrypted = settings.address.startswith("https://")
    settings.var.mkdir(parents=True, exist_ok=True)
    # Errors of routing are the doors' too: a page for who reads pages, problem+json for programs.
    app = APIFlask(
        "service", title="Vinh Danh", version="1", docs_path=None, spec_path="/api/openapi.json", json_errors=False,
    )
    app.config.update(
        SECRET_KEY=settings.key("cookies").get_secret_value(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # an error of the database would print what somebody typed
        MAX_CONTENT_LENGTH=settings.request_limit,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        # The prefix binds it to this host and to https: no neighbour under the same domain can set it.
        SESSION_COOKIE_NAME="__Host-vinhdanh" if encrypted else "vinhdanh",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=encrypted,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        RATELIMIT_STORAGE_URI="memory://",
        OPENAPI_VERSION="3.1.0",
    )
    app.extensions["settings"] = settings
    app.extensions["oidc"] = oidc.read_provider(settings.oidc) if settings.oidc else None
    app.extensions["make_app"] = create_app  # for processes of their own that open the same database (replay)
    clock.follow(settings.var / "clock" if settings.demo else None)
    db.init_app(app)
    csrf.init_app(app)
    parts.join_parts()
    doors.install(app)
    limiter = _limit_requests(app, settings)
    doors.ask_at_routes(app)
    api.install(app)
    web.install(app)
    _count_by_address(app, settings, limiter)
    _operations(app, settings)
    limiter.exempt(app.view_functions["healthz"])  # whoever watches over the service asks often
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app


def _operations(app: APIFlask, settings: Settings) -> None:
    @app.get("/healthz")
    @app.doc(hide=True)
    def healthz() -> tuple[Response, int]:
        """Ready when the database answers; says whether a worker lives."""
        with reading() as s:
            entries = s.execute(select(TrailHead.gseq)).scalar()
        return jsonify(status="ok", trail=entries or 0, worker=jobs.health().alive), 200

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.address.startswith("https://"):
            response.headers.setdefault("Strict-Transport-Security", _HTTPS_ONLY)
        if response.status_code == 405 and "Allow" not in response.headers:
            adapter = app.create_url_adapter(request)
            response.headers["Allow"] = ", ".join(sorted(adapter.allowed_methods())) if adapter else ""
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    if not settings.testing:
        # One registry a process; tests build many applications in one.
        metrics: Any = PrometheusMetrics(app, path="/metrics", group_by="endpoint")
        metrics.info("vinhdanh", "Vinh Danh", version="1")
