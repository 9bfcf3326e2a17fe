"""A wrong or lost secret does not start; the data folder is nobody else's to read."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cardmall import startup
from cardmall.adapters import db
from cardmall.adapters.canary import check_secret
from cardmall.adapters.vault import CodeVault, make_vault, vault
from cardmall.models import Remembered
from cardmall.settings import WrongSetting, read_settings
from tests.serving import ROOT

EARNEST = {"CARDMALL_TRUSTED_PROXIES": "none", "CARDMALL_PUBLIC_URL": "https://mall.example"}


def other() -> CodeVault:
    return make_vault(read_settings(EARNEST | {"CARDMALL_SECRET": "o" * 40}))


@pytest.mark.usefixtures("database")
def test_the_secret_of_the_first_start_is_the_only_one() -> None:
    for _ in range(2):
        check_secret(vault())
    with pytest.raises(WrongSetting, match="CARDMALL_SECRET"):
        check_secret(other())


@pytest.mark.usefixtures("demo_database")
def test_a_database_from_before_the_canary_is_known_by_its_cards() -> None:
    with db.transaction() as session:
        assert session.get(Remembered, "canary") is None
    with pytest.raises(WrongSetting):
        check_secret(other())
    check_secret(vault())
    with db.reading() as session:
        assert session.get(Remembered, "canary") is not None


def start(data: Path, secret: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | EARNEST | {"CARDMALL_DATA": str(data), "CARDMALL_SECRET": secret}
    asked = [sys.executable, "-m", "cardmall", "migrate"]
    return subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, umask=0o022)


@pytest.mark.slow
def test_a_wrong_secret_does_not_start_and_the_folder_is_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert start(data, "a" * 40).returncode == 0
    refused = start(data, "b" * 40)
    assert refused.returncode != 0 and "CARDMALL_SECRET" in refused.stderr and "Traceback" not in refused.stderr
    assert start(data, "a" * 40).returncode == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.rglob("*"))}
    assert modes and {name for name, mode in modes.items() if mode & 0o077} == set()


def test_files_of_an_earlier_release_are_closed(tmp_path: Path) -> None:
    (tmp_path / "gateway").mkdir(mode=0o755)
    for name in ("cardmall.db", "cardmall.db-wal", "demo-key.json", "gateway/gateway.db"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o644)
    startup.keep_private(tmp_path)
    assert not [path for path in (tmp_path, *tmp_path.rglob("*")) if path.stat().st_mode & 0o077]
