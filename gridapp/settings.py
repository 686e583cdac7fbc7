"""Every setting of gridapp, with its default and the variable that sets it.

The README's table is held against `SETTINGS` by `tests/house/test_settings.py`.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(Exception):
    """A setting that gridapp cannot start with; the text says which, why and what to do."""


@dataclass(frozen=True)
class Setting:
    """One variable of the environment: its name, default as text, and what it is for."""

    variable: str
    default: str
    meaning: str


SETTINGS = {
    "database_url": Setting("GRIDAPP_DATABASE_URL", "", "SQLAlchemy address; empty: SQLite under var/"),
    "secret_key": Setting("GRIDAPP_SECRET_KEY", "", "signs cookies; required outside debug and demo"),
    "timezone": Setting("GRIDAPP_TIMEZONE", "Asia/Shanghai", "the time on every face (C12)"),
    "locale": Setting("GRIDAPP_LOCALE", "zh", "language of a visitor who has not chosen one: zh or en"),
    "public_url": Setting("GRIDAPP_PUBLIC_URL", "", "address in QR codes; https here makes cookies Secure"),
    "trusted_proxies": Setting("GRIDAPP_TRUSTED_PROXIES", "", "networks whose X-Forwarded-For is believed"),
    "workers": Setting("GRIDAPP_WORKERS", "2", "processes of the web server"),
    "host": Setting("HOST", "127.0.0.1", "address to listen on"),
    "port": Setting("PORT", "8000", "port to listen on"),
    "debug": Setting("GRIDAPP_DEBUG", "", "any value: no secret key needed, plain log lines"),
}


@dataclass(frozen=True)
class Settings:
    """What the process was started with; see `SETTINGS` for the meaning of each field."""

    database_url: str
    secret_key: str
    timezone: str = "Asia/Shanghai"
    locale: str = "zh"
    public_url: str = ""
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    workers: int = 2
    host: str = "127.0.0.1"
    port: int = 8000
    debug: bool = False
    flask: Mapping[str, Any] = field(default_factory=dict)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in {"127.0.0.1", "::1", "localhost"}


def default_database_url() -> str:
    """SQLite under `var/` of the folder that gridapp is started in."""
    return f"sqlite:///{Path.cwd() / 'var' / 'gridapp.sqlite3'}"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises BadSetting naming the variable that does not make sense."""
    env = os.environ if environ is None else environ
    raw = {name: env.get(s.variable, "").strip() or s.default for name, s in SETTINGS.items()}
    if raw["locale"] not in {"zh", "en"}:
        raise BadSetting(f"GRIDAPP_LOCALE is {raw['locale']!r}; it can be zh or en.")
    _check_zone(raw["timezone"])
    if raw["public_url"] and not raw["public_url"].startswith(("https://", "http://")):
        raise BadSetting(
            f"GRIDAPP_PUBLIC_URL is {raw['public_url']!r}; it must begin with https:// or http://."
        )
    return Settings(
        database_url=_with_driver(raw["database_url"] or default_database_url()),
        secret_key=raw["secret_key"],
        timezone=raw["timezone"],
        locale=raw["locale"],
        public_url=raw["public_url"].rstrip("/"),
        trusted_proxies=_networks(raw["trusted_proxies"]),
        workers=_number(raw, "workers"),
        host=raw["host"],
        port=_number(raw, "port"),
        debug=bool(raw["debug"]),
    )


def _with_driver(url: str) -> str:
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith("sqlite:///"):
        return url
    raise BadSetting(
        "GRIDAPP_DATABASE_URL is not an address that gridapp knows. Write sqlite:////folder/file.sqlite3 "
        "or postgresql://user:password@host:5432/name."
    )


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise BadSetting(f"GRIDAPP_TIMEZONE is {name!r}; write one such as Asia/Shanghai.") from wrong


def _number(raw: Mapping[str, str], name: str) -> int:
    try:
        value = int(raw[name])
    except ValueError:
        value = 0
    if not 0 < value < 65536:
        raise BadSetting(f"{SETTINGS[name].variable} is {raw[name]!r}; it must be a number from 1 to 65535.")
    return value


def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(
            ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()
        )
    except ValueError as wrong:
        raise BadSetting(
            f"GRIDAPP_TRUSTED_PROXIES: {wrong}. Write networks with commas between, as 10.0.0.0/8."
        ) from wrong
