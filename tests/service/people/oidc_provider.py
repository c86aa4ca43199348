"""A real OpenID Connect provider in a process of its own on a loopback port: oidc-provider-mock, which demands PKCE here.

It is started as a program, so that it shares nothing with the service but HTTP. `PUT /fault` makes the next ID token a wrong one:
claims in place of its own, `alg` none or HS256, or a signature by a key that is published nowhere. Codes are good once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit


class House:
    """The provider as tests talk to it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def _put(self, path: str, said: dict[str, Any]) -> None:
        request = urllib.request.Request(
            self.address + path, json.dumps(said).encode(), {"Content-Type": "application/json"}, method="PUT"
        )
        urllib.request.urlopen(request, timeout=20).close()

    def knows(self, subject: str, **claims: Any) -> None:
        """Let somebody be known there, with these claims."""
        self._put(f"/users/{quote(subject)}", claims)

    def errs(self, **fault: Any) -> None:
        """Make the next ID token a wrong one."""
        self._put("/fault", fault)

    def signs_in(self, address: str, subject: str, action: str = "") -> str:
        """Do in its page what a person does there; returns where the browser is sent back."""
        body = f"sub={quote(subject)}" + (f"&action={action}" if action else "")
        try:
            _STAY.open(urllib.request.Request(address, body.encode()), timeout=20).close()
        except urllib.error.HTTPError as answer:
            with answer:
                assert answer.code in (302, 303), answer.code
                return str(answer.headers["Location"])
        raise AssertionError("the provider sent nobody back")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_STAY = urllib.request.build_opener(_Stay)


@contextmanager
def running() -> Iterator[House]:
    """The provider, alive as long as this lasts."""
    process = subprocess.Popen([sys.executable, "-W", "ignore", __file__], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield House(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class _Wrapped:
    """The provider's application, held to PKCE, and spoilt where a test asks for it."""

    def __init__(self, app: Any) -> None:
        from joserfc.jwk import RSAKey

        self.app = app
        self.challenges: dict[str, str] = {}
        self.fault: dict[str, Any] = {}
        self.signs = False
        self.key, self.stranger = RSAKey.generate_key(2048, {"kid": "w"}), RSAKey.generate_key(2048, {"kid": "w"})

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        path, body = environ["PATH_INFO"], environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if path == "/fault":
            self.fault = json.loads(body)
            start("204 No Content", [])
            return []
        environ["wsgi.input"] = io.BytesIO(body)
        if path == "/oauth2/token" and not self._verified(parse_qs(body.decode())):
            start("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant"}']
        told: list[Any] = []
        answer = b"".join(self.app(environ, lambda status, headers, _=None: told.extend((status, headers))))
        status, headers = told
        if path == "/oauth2/authorize":
            code = parse_qs(urlsplit(dict(headers).get("Location", "")).query).get("code", [""])[0]
            asked = parse_qs(environ["QUERY_STRING"])
            if asked.get("code_challenge_method") == ["S256"]:
                self.challenges[code] = asked["code_challenge"][0]
        elif path == "/jwks":
            if self.signs:
                answer = json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()
        elif path == "/oauth2/token" and status.startswith("200"):
            self.signs = bool(self.fault)  # a token of the provider is under its key, a spoilt one under ours
            if self.fault:
                said = json.loads(answer)
                said["id_token"] = self._spoilt(said["id_token"])
                answer, self.fault = json.dumps(said).encode(), {}
        start(status, [(k, v) for k, v in headers if k.lower() != "content-length"] + [("Content-Length", str(len(answer)))])
        return [answer]

    def _verified(self, said: dict[str, list[str]]) -> bool:
        digest = hashlib.sha256(said.get("code_verifier", [""])[0].encode()).digest()
        wanted = self.challenges.pop(said.get("code", [""])[0], "")
        return bool(wanted) and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == wanted

    def _spoilt(self, token: str) -> str:
        from joserfc import jwt

        alg = self.fault.pop("alg", "RS256")
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | self.fault
        if alg == "none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if alg == "HS256":  # signed with what is public, for who would take the key for a shared secret
            signed = f"{_part({'alg': 'HS256', 'kid': 'w'})}.{_part(claims)}"
            mac = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        key = self.stranger if alg == "stranger" else self.key
        return jwt.encode({"alg": "RS256", "kid": "w"}, claims, key)


def _serve() -> None:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    from oidc_provider_mock._app import app
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, _Wrapped(app()), threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve()
