"""Secrets made by ourselves and kept beside the data: readable by us alone, made once however many processes start."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept_key(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; the first process to come makes it."""
    if not path.exists():
        _keep(path, make())
    return path.read_bytes()


def _keep(path: Path, secret: bytes) -> None:
    """Whole or not at all: written aside, then linked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
