"""Reads the settings of one installation from the environment; decides nothing."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


UPLOAD_LIMIT = 25 * 1024 * 1024
"""How large a file may be, unless the installation says otherwise."""


class Settings(BaseSettings):
    """Settings of one installation, each an environment variable `VINHDANH_<NAME>`.

    `SMTP_URL` and `PORT` are read without the prefix too, as operators know them.
    """

    model_config = SettingsConfigDict(env_prefix="VINHDANH_", extra="ignore", populate_by_name=True)

    var: Path = ROOT / "var"
    database_url: str = ""
    owner_url: str = ""
    demo: bool = False
    port: Annotated[int, Field(validation_alias="PORT")] = 8000
    host: str = "127.0.0.1"
    base_url: str = ""
    smtp_url: Annotated[str, Field(validation_alias="SMTP_URL")] = ""
    mail_from: str = "Vinh Danh <no-reply@vinhdanh.invalid>"
    mail_reply_to: str = ""
    mail_return: str = ""
    """Address to which other servers report (RFC 5321, MAIL FROM), where not that of `mail_from`; `*` in it stands for the mail's
    own number, so that each report names its mail (VERP): `thu-tra-ve+*@xa.example`."""
    mail_returns_url: str = ""
    """Mailbox in which these reports are (service.notices.mailbox); read by the worker."""
    quiet_hours: bool = True
    """Whether mail that can wait goes on working days between 7:00 and 20:00 only (service.notices.hours)."""
    upload_limit: int = UPLOAD_LIMIT
    request_limit: int = 128 * 1024 * 1024
    """Larger than a file may be, so that one that is too large is refused by its name and the rest of its form is kept."""
    session_hours: int = 12
    rate_account: Annotated[int, Field(ge=1)] = 30_000
    """Requests a minute of one account: a program that files whole rounds, a hundred dossiers a second, stays below."""
    rate_address: Annotated[int, Field(ge=1)] = 3_000
    """Requests a minute from one address of whoever is not signed in; a whole office may stand behind one."""
    rate_sign_in: Annotated[int, Field(ge=1)] = 120
    """Tries to sign in a minute from one address; a name is locked long before (people.tally)."""
    rate_status: Annotated[int, Field(ge=1)] = 30
    """Codes of nominations asked for in a minute from one address, without signing in."""
    trusted_proxies: int = 0
    bpmn: Annotated[Path, NoDecode] = ROOT / "bpmn"
    worker_pause: float = 0.25
    lease_seconds: float = 30.0
    deploy_second: bool = False
    """Whether a second person must confirm before a changed process comes into use (docs/operating.md)."""
    webhooks_inside: str = ""
    """Hosts within the office's own network to which webhooks may go, `host` or `host:port`, with commas between (docs/operating.md)."""
    testing: bool = False
    oidc: Path | None = None
    """A file that describes the house at which people may sign in besides ours (OpenID Connect, docs/operating.md)."""
    signing_keys: Path | None = None
    """Folder of the key files (PKCS #12) with which papers are signed; without a setting, `keys/signing` under `var`."""

    @property
    def signing_folder(self) -> Path:
        """Where key files lie: `LOGIN.p12` of a person, `organisation.p12`; in `roots` the certificates that are trusted."""
        return self.signing_keys or self.var / "keys" / "signing"

    @property
    def database(self) -> str:
        """Address of the database; without a setting, one SQLite file under `var`."""
        return self.database_url or f"sqlite:///{self.var / 'vinhdanh.sqlite3'}"

    @property
    def address(self) -> str:
        """Where people reach the service, for links in letters."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    def key(self, purpose: str, number: int = 1) -> SecretStr:
        """Return the secret for one purpose, made on first use in `var/keys`, readable by the owner only.

        One key per purpose (cookies, trail, links), outside the database and outside its backups. `number` counts the
        keys that followed one another where a purpose changes its key.
        """
        purpose = purpose if number == 1 else f"{purpose}.{number}"
        folder = self.var / "keys"
        path = folder / purpose
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = folder / f".{purpose}.{secrets.token_hex(4)}"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32), encoding="ascii")
            # Two processes may start at once: the first link wins and both read the same key.
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            fresh.unlink()
        return SecretStr(path.read_text(encoding="ascii").strip())
