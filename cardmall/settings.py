"""Environment → one frozen Settings. A wrong or missing value stops the start with its name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides.

    data: folder of the embedded database, gateway and keys (`CARDMALL_DATA`, default `.data`).
    database_url: SQLAlchemy URL (`CARDMALL_DATABASE_URL`, default SQLite in `data`).
    secret: master secret of a real installation, at least 32 characters (`CARDMALL_SECRET`).
    port: the one port everything is served on (`PORT`).
    workers: threads running jobs in the served process (`CARDMALL_WORKERS`; 0: use `python -m cardmall worker`).
    secure_cookies: cookies only over https (`CARDMALL_SECURE_COOKIES=1`; always outside demo mode).
    """

    data: Path
    database_url: str
    secret: str
    port: int
    workers: int
    secure_cookies: bool
    demo: bool


class WrongSetting(SystemExit):
    """The start stops here, naming the variable."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


def _number(env: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    text = env.get(name, "") or str(default)
    if not text.isdigit() or int(text) not in allowed:
        raise WrongSetting(name, f"must be a whole number from {allowed.start} to {allowed.stop - 1}, not {text!r}")
    return int(text)


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from `env`. Demo mode is on only while neither secret nor database is set."""
    data = Path(env.get("CARDMALL_DATA") or ".data").absolute()
    secret, url = env.get("CARDMALL_SECRET", ""), env.get("CARDMALL_DATABASE_URL", "")
    demo = not secret and not url
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
    )


settings = read_settings(os.environ)
