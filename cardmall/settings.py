"""Environment → one frozen Settings. A wrong or missing value stops the start with its name."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
USUAL_PORT = {"https": ":443", "http": ":80"}  # browsers leave it out
LOCAL = ("localhost", "127.0.0.1", "::1")  # this machine, as a browser writes it


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides.

    data: folder of the embedded database, gateway and keys (`CARDMALL_DATA`, default `.data`).
    database_url: SQLAlchemy URL (`CARDMALL_DATABASE_URL`, default SQLite in `data`).
    secret: master secret of a real installation, at least 32 characters (`CARDMALL_SECRET`).
    port: the one port everything is served on (`PORT`).
    workers: threads running jobs in the served process (`CARDMALL_WORKERS`; 0: use `python -m cardmall worker`).
    secure_cookies: cookies only over https (`CARDMALL_SECURE_COOKIES=1`; always outside demo mode).
    host: the address it listens on (`HOST`; 127.0.0.1 in demo mode, whose passwords everybody knows, else 0.0.0.0).
    trusted_proxies: networks whose X-Forwarded-… headers are believed (`CARDMALL_TRUSTED_PROXIES`, comma-separated,
        or `none`; must be set outside demo mode).
    public_url: where browsers find the shop, without a slash at its end (`CARDMALL_PUBLIC_URL`; must be set outside
        demo mode; https, or http for localhost).
    smtp_url, mail_from: the server that takes our letters, and whom they come from (`CARDMALL_SMTP_URL`,
        `CARDMALL_MAIL_FROM`; both or none).
    database_pool: connections each process keeps to the database (`CARDMALL_DATABASE_POOL`).
    redis_url: Valkey or Redis of all processes (`CARDMALL_REDIS_URL`); "" where one process serves alone.
    demo: the town, its clock and its accounts, whose passwords everybody knows (`CARDMALL_DEMO`; 1 while neither
        secret nor database is set, else 0; never with a secret).
    """

    data: Path
    database_url: str = field(repr=False)  # holds a password
    secret: str = field(repr=False)
    port: int
    workers: int
    secure_cookies: bool
    demo: bool
    host: str = "127.0.0.1"
    trusted_proxies: tuple[Network, ...] = ()
    public_url: str = ""
    smtp_url: str = field(default="", repr=False)  # holds a password
    mail_from: str = ""
    redis_url: str = field(default="", repr=False)  # holds a password
    database_pool: int = 16


class WrongSetting(SystemExit):
    """The start stops here, naming the variable."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


def _number(env: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    text = env.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit()) or int(text) not in allowed:
        raise WrongSetting(name, f"must be a whole number from {allowed.start} to {allowed.stop - 1}, not {text!r}")
    return int(text)


def _networks(env: Mapping[str, str], *, demo: bool) -> tuple[Network, ...]:
    name = "CARDMALL_TRUSTED_PROXIES"
    text = env.get(name, "").strip()
    if not text and not demo:
        raise WrongSetting(name, "outside demo mode name the networks of your proxies (10.0.0.0/8, ::1), or say none")
    if text in ("", "none"):
        return ()
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(","))
    except ValueError as wrong:
        raise WrongSetting(name, str(wrong)) from None


def _public_url(env: Mapping[str, str], *, demo: bool) -> str:
    name = "CARDMALL_PUBLIC_URL"
    text = env.get(name, "").strip().rstrip("/")
    if not text and demo:
        return ""
    try:
        found = urlsplit(text)
        known = found.scheme == "https" or (found.scheme == "http" and found.hostname in LOCAL)
        bare = f"{found.scheme}://{found.netloc}" == text and found.username is None and found.port != 0
    except ValueError:
        known = bare = False
    if not known or not bare:
        raise WrongSetting(name, f"must be https://host (http for localhost only) without a path, not {text!r}")
    return text.lower().removesuffix(USUAL_PORT[found.scheme])


def _redis_url(env: Mapping[str, str]) -> str:
    text = env.get("CARDMALL_REDIS_URL", "").strip()
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise WrongSetting("CARDMALL_REDIS_URL", "must begin with redis://, rediss:// or unix://")
    return text


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from `env`. Demo mode is on while neither secret nor database is set, or when it is asked for."""
    data = Path(env.get("CARDMALL_DATA") or ".data").absolute()
    secret, url = env.get("CARDMALL_SECRET", ""), env.get("CARDMALL_DATABASE_URL", "")
    demo = bool(_number(env, "CARDMALL_DEMO", 0 if secret or url else 1, range(2)))
    if demo and secret:
        raise WrongSetting("CARDMALL_DEMO", "everybody knows the passwords of a demo: it has no CARDMALL_SECRET")
    if not demo and len(secret) < 32:
        raise WrongSetting("CARDMALL_SECRET", "a real installation needs at least 32 characters")
    secure = _number(env, "CARDMALL_SECURE_COOKIES", 0 if demo else 1, range(2))
    return Settings(
        data=data,
        database_url=url or f"sqlite:///{data / 'cardmall.db'}",
        secret=secret,
        port=_number(env, "PORT", 3000, range(1, 65536)),
        workers=_number(env, "CARDMALL_WORKERS", 2, range(17)),
        secure_cookies=bool(secure),
        demo=demo,
        host=env.get("HOST", "").strip() or ("127.0.0.1" if demo else "0.0.0.0"),  # noqa: S104 - the proxy's network
        trusted_proxies=_networks(env, demo=demo),
        public_url=_public_url(env, demo=demo),
        smtp_url=env.get("CARDMALL_SMTP_URL", "").strip(),
        mail_from=env.get("CARDMALL_MAIL_FROM", "").strip(),
        redis_url=_redis_url(env),
        database_pool=_number(env, "CARDMALL_DATABASE_POOL", 16, range(2, 101)),
    )


settings = read_settings(os.environ)
