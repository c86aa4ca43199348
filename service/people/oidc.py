"""The house at which people may sign in besides ours (OpenID Connect): its settings, where a browser is sent, what its answer proves.

Authorization Code with PKCE (RFC 7636), state and nonce; the ID token is believed only if its signature is by a key that the
house publishes, by one of the algorithms that the settings name, and issuer, audience, times and nonce are right (OpenID
Connect Core 1.0, 3.1.3.7). Nothing of the house is asked but over https, save on this very machine. Knows no account.
"""

from __future__ import annotations

import hmac
import json
import secrets
import tomllib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog
from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from service import clock
from service.errors import NotSignedIn, Refusal
from service.people import groups as catalogue
from service.people import safeguards

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by a key that only the house has; never `none`, never a secret that both sides share."""
KEPT = 600.0
"""Seconds for which what the house says of itself is kept."""
_PATIENCE = 6.0
_REST = 10.0
"""Seconds for which a house that has not answered is left alone."""
_LARGEST = 1 << 20
_LEEWAY = 60
log = structlog.get_logger(__name__)


class BadProvider(ValueError):
    """The file that describes the house cannot be used; says why."""


class Provider(BaseModel):
    """The house, as the operator's file describes it (docs/operating.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str
    client_id: str = Field(min_length=1)
    secret_file: Path
    secret_in: Literal["header", "body"] = "header"
    """Where the client's secret goes: `client_secret_basic` or `client_secret_post`."""
    name: str = Field(min_length=1, max_length=80)
    """What the button calls it."""
    name_en: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    algorithms: tuple[Algorithm, ...] = Field(default=("RS256",), min_length=1)
    prompt: Literal["", "login", "select_account"] = ""
    link_by_email: bool = False
    """Whether an account that is not linked yet is found by a verified mail address."""
    amr: frozenset[str] = frozenset()
    acr: frozenset[str] = frozenset()
    """Words of these claims that are trusted to mean a second factor; without them ours is asked."""
    groups_claim: str = "groups"
    """Where the groups stand in the ID token; dots go deeper."""
    guarded_groups: bool = False
    """Whether the mapping may give groups that nobody gives alone here; then who gives them there is the only pair of eyes."""
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Value of that claim → groups of ours; a unit is named by its code (`unit:TRAM-Y-TE`)."""
    secret: SecretStr = SecretStr("")


@dataclass(frozen=True, slots=True)
class Begun:
    """What ties an answer to the browser that asked; kept in its signed cookie until then."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Who the house says somebody is. `factor`: it asked for a second factor, in words that the settings trust."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    groups: frozenset[str]
    factor: bool


def read_provider(path: Path) -> Provider:
    """Read the operator's file; BadProvider names what is wrong with it."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        found = Provider.model_validate(said)
        secret = path.parent / found.secret_file
        if secret.stat().st_mode & 0o077:
            raise BadProvider(f"{secret}: others may read it; chmod 600 it")
        found = found.model_copy(update={"secret": SecretStr(secret.read_text(encoding="utf-8").strip())})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadProvider(f"{path}: {wrong}") from None
    except ValidationError as wrong:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors(include_input=False))
        raise BadProvider(f"{path}: {faults}") from None
    words = {word.partition(":")[0] for given in found.groups.values() for word in given}
    if unknown := sorted(words - catalogue.catalogue().keys()):
        raise BadProvider(f"{path}: groups names {', '.join(unknown)}, which groups.toml has not")
    guarded = [] if found.guarded_groups else sorted(filter(safeguards.is_guarded, words))
    if guarded:
        raise BadProvider(
            f"{path}: groups gives {', '.join(guarded)}, which nobody gives alone here; only with guarded_groups = true may the provider"
        )
    if "openid" not in found.scopes or not found.secret.get_secret_value() or not _is_safe(found.issuer):
        raise BadProvider(f"{path}: scopes must hold openid, the secret must not be empty, the issuer must begin with https://")
    return found


def provider() -> Provider | None:
    """The house of this installation, if it has one."""
    found: Provider | None = current_app.extensions.get("oidc")
    return found


def trusted_issuer() -> str:
    """The house whose word for a second factor counts here now; empty where none is trusted with it."""
    at = provider()
    return at.issuer if at is not None and (at.amr or at.acr) else ""


def begin(at: Provider, back: str) -> tuple[str, Begun]:
    """Where the browser is sent to sign in, and what its answer must fit; `back` is our address that it comes back to."""
    begun = Begun(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    said = {
        "response_type": "code", "client_id": at.client_id, "redirect_uri": back, "scope": " ".join(at.scopes),
        "state": begun.state, "nonce": begun.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }
    if at.prompt:
        said["prompt"] = at.prompt
    address = _endpoint(at, "authorization_endpoint")
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(said)}", begun


def finish(at: Provider, begun: Begun | None, answer: Mapping[str, str], back: str) -> Proof:
    """Who has signed in there, from what the browser brought back.

    Raises NotSignedIn where the answer is another browser's, was used, is refused by the house, or proves nothing;
    a Refusal `provider-down` where the house does not answer.
    """
    state = answer.get("state", "")
    if begun is None or not hmac.compare_digest(state.encode("utf-8", "replace"), begun.state.encode()):
        raise _refused("state", "Lượt đăng nhập này đã dùng hoặc đã quá lâu. Bấm đăng nhập lại.",
                       "This sign-in was used or is too old. Begin again.")
    if answer.get("iss", at.issuer) != at.issuer:  # RFC 9207: an answer of another house
        raise _refused("issuer", "Câu trả lời không phải của nơi đăng nhập đã chọn. Bấm đăng nhập lại.",
                       "The answer is another provider's. Begin again.")
    if "error" in answer or not answer.get("code"):
        raise _refused("error", "Nơi đăng nhập không cho vào, hoặc bạn đã thôi. Thử lại, hoặc dùng mật khẩu.",
                       "The provider refused, or you left off. Try again, or use your password.")
    token = _exchange(at, begun, answer["code"], back)
    return _proof(at, _claims(at, token, begun))


def sign_out_address(at: Provider, back: str) -> str:
    """Where the browser may end its session at the house too; empty where the house has no such page, or does not answer."""
    try:
        address = _endpoint(at, "end_session_endpoint")
    except Refusal:
        return ""
    said = urlencode({"client_id": at.client_id, "post_logout_redirect_uri": back})
    return f"{address}{'&' if urlsplit(address).query else '?'}{said}"


def _exchange(at: Provider, begun: Begun, code: str, back: str) -> str:
    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
    secret, headers = at.secret.get_secret_value(), {"Accept": "application/json"}
    if at.secret_in == "header":
        pair = f"{quote(at.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        said |= {"client_id": at.client_id, "client_secret": secret}
    request = Request(_endpoint(at, "token_endpoint"), data=urlencode(said).encode(), headers=headers)
    token = _fetch(request).get("id_token")
    if not isinstance(token, str):
        raise _refused("no-token", "Nơi đăng nhập không xác nhận được bạn là ai. Bấm đăng nhập lại.",
                       "The provider did not prove who you are. Begin again.")
    return token


def _claims(at: Provider, token: str, begun: Begun) -> Mapping[str, Any]:
    registry = jwt.JWTClaimsRegistry(
        now=int(clock.unmoved().timestamp()), leeway=_LEEWAY,
        iss={"essential": True, "value": at.issuer}, aud={"essential": True, "value": at.client_id},
        sub={"essential": True}, exp={"essential": True}, iat={"essential": True}, nonce={"essential": True, "value": begun.nonce},
    )
    try:
        claims = _decoded(at, token)
        registry.validate(claims)
        audience = claims["aud"]
        if claims.get("azp", at.client_id) != at.client_id or isinstance(audience, list) and len(audience) > 1 and "azp" not in claims:
            raise ValueError("azp")
        if claims["nonce"] != begun.nonce or not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise ValueError("nonce, sub")
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        # The kind of the error, and never the token.
        raise _refused(type(wrong).__name__, "Xác nhận của nơi đăng nhập không đúng hoặc đã quá hạn. Bấm đăng nhập lại.",
                       "What the provider said of you is wrong or too old. Begin again.") from None
    return claims


def _decoded(at: Provider, token: str) -> dict[str, Any]:
    try:
        return jwt.decode(token, _keys(at), algorithms=list(at.algorithms)).claims
    except (JoseError, ValueError):
        # Signed with a key that the house made since; asked anew at most twice a minute, whoever sends what.
        return jwt.decode(token, _keys(at, anew=True), algorithms=list(at.algorithms)).claims


def _proof(at: Provider, claims: Mapping[str, Any]) -> Proof:
    found: Any = claims
    for word in at.groups_claim.split("."):
        found = found.get(word) if isinstance(found, Mapping) else None
    values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    amr = claims.get("amr")
    methods = {one for one in amr if isinstance(one, str)} if isinstance(amr, list) else set()
    acr, email = claims.get("acr"), claims.get("email")
    return Proof(
        issuer=at.issuer, subject=claims["sub"], email=email if isinstance(email, str) else "",
        email_verified=claims.get("email_verified") is True,
        groups=frozenset(one for one in values if isinstance(one, str)),
        factor=not at.amr.isdisjoint(methods) or isinstance(acr, str) and acr in at.acr,
    )


def _endpoint(at: Provider, word: str) -> str:
    address = _metadata(at).get(word)
    if not isinstance(address, str) or not _is_safe(address):
        raise _down(f"no {word}")
    return address


def _metadata(at: Provider) -> Mapping[str, Any]:
    def ask() -> Mapping[str, Any]:
        found = _fetch(Request(f"{at.issuer.rstrip('/')}/.well-known/openid-configuration"))
        if found.get("issuer") != at.issuer:
            raise _down("another issuer")
        return found

    found: Mapping[str, Any] = _kept("metadata", KEPT, ask)
    return found


def _keys(at: Provider, *, anew: bool = False) -> KeySet:
    def ask() -> KeySet:
        try:
            told: Any = _fetch(Request(_endpoint(at, "jwks_uri")))
            return KeySet.import_key_set(told)
        except (JoseError, ValueError, KeyError, TypeError):
            raise _down("no keys") from None

    found: KeySet = _kept("keys", 30.0 if anew else KEPT, ask)
    return found


def _kept(what: str, life: float, ask: Callable[[], Any]) -> Any:
    kept: dict[str, tuple[float, Any]] = current_app.extensions.setdefault("oidc_kept", {})
    found = kept.get(what)
    if found is None or monotonic() - found[0] > life:
        # Else each visitor would hold a thread for as long as it is down.
        if monotonic() - kept.get("down", (-_REST, None))[0] < _REST:
            raise _down("lately")
        try:
            kept[what] = found = (monotonic(), ask())
        except Refusal:
            kept["down"] = (monotonic(), None)
            raise
    return found[1]


class _StayHere(HTTPRedirectHandler):
    """Follows nothing: a house that answers with another address is asked nothing there."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _fetch(request: Request) -> dict[str, Any]:
    if not _is_safe(request.full_url):
        raise _down("no https")
    try:
        with build_opener(_StayHere).open(request, timeout=_PATIENCE) as answer:
            found = json.loads(answer.read(_LARGEST))
    except HTTPError as wrong:
        with wrong:
            if request.data is not None and wrong.code in (400, 401):
                raise _refused(f"http-{wrong.code}", "Nơi đăng nhập không nhận lượt đăng nhập này. Bấm đăng nhập lại.",
                               "The provider does not take this sign-in. Begin again.") from None
            raise _down(f"http-{wrong.code}") from None
    except (OSError, ValueError) as wrong:  # no connection, no answer in time, no JSON
        raise _down(type(wrong).__name__) from None
    if not isinstance(found, dict):
        raise _down("no object")
    return found


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )


def _refused(why: str, message: str, message_en: str) -> NotSignedIn:
    log.warning("sign-in elsewhere refused", why=why)
    return NotSignedIn(message, message_en, code="provider-refused")


def _down(why: str) -> Refusal:
    log.warning("sign-in elsewhere does not answer", why=why)
    refusal = Refusal(
        "Nơi đăng nhập đang không trả lời. Thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu.",
        "The provider does not answer. Try again in a few minutes, or sign in with your password.",
        code="provider-down",
    )
    refusal.status = 503  # type: ignore[misc]
    return refusal
