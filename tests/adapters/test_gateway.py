"""The gateway as a process: one per folder, gone with its parent, back after a kill with its truth; none in earnest."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cardmall.adapters import clock
from cardmall.adapters.channels import NoChannel, channel_for, gateway_folder, sandbox_of
from cardmall.adapters.payments.beside import gateway_beside
from cardmall.adapters.payments.sandbox import MERCHANT_ID, NotThere, Sandbox
from cardmall.adapters.payments.signing import OwnKey
from cardmall.gateway.signing import Doubt, check
from cardmall.services.money.news import RefundAnswer
from cardmall.services.money.payments import TradeState
from cardmall.settings import read_settings
from tests.patience import until
from tests.serving import ROOT

pytestmark = pytest.mark.slow


@contextmanager
def gateway(data: Path, port: int = 9) -> Iterator[Sandbox]:
    """A child's, kept alive."""
    ours = sandbox_of(data, port)
    with gateway_beside(gateway_folder(data), ours.control):
        yield ours
    ours.hang_up()


def pid_of(data: Path) -> int:
    """Whoever holds the lock, as Linux tells."""
    inode = (gateway_folder(data) / "lock").stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[5].endswith(f":{inode}"):
            return int(fields[4])
    return 0


def waiting_callbacks(data: Path) -> int:
    with closing(sqlite3.connect(gateway_folder(data) / "gateway.db")) as store:
        return store.execute("SELECT count(*) FROM callback").fetchone()[0]


def test_killed_it_comes_back_with_its_truth(tmp_path: Path) -> None:
    with gateway(tmp_path) as ours:
        ours.open("PY1", "alipay", 9900)
        ours.press("PY1", "pay")
        assert ours.refund("RF1", "PY1", 400).answer is RefundAnswer.processing
        ours.control(offset=86400.0)
        first = (gateway_folder(tmp_path) / "address").read_text()
        os.kill(pid_of(tmp_path), signal.SIGKILL)
        until(lambda: (gateway_folder(tmp_path) / "address").read_text() != first)
        assert ours.query_payment("PY1").state is TradeState.unknown, "its clock is a day ahead of ours, as before"
        ours.control(offset=0.0)
        assert ours.query_payment("PY1").state is TradeState.paid, "found at its new address"
        assert ours.refund("RF1", "PY1", 400).trace_no == ours.query_refund("RF1").trace_no != ""
        assert json.loads(first)["key_id"] in (gateway_folder(tmp_path) / "address").read_text()


def test_while_it_is_away_everything_is_unknown(tmp_path: Path) -> None:
    with gateway(tmp_path) as ours:
        ours.open("PY1", "alipay", 9900)
    assert ours.query_payment("PY1").state is TradeState.unknown
    assert ours.refund("RF1", "PY1", 1).answer is RefundAnswer.unknown
    with pytest.raises(NotThere):
        ours.control()
    ours.hang_up()


def test_one_per_folder_and_another_takes_over(tmp_path: Path) -> None:
    with gateway(tmp_path) as first:
        pid = pid_of(tmp_path)
        with gateway(tmp_path) as second:
            assert second.open("PY1", "alipay", 9900).state is TradeState.open
            assert pid_of(tmp_path) == pid
            alone = [sys.executable, "-m", "cardmall.gateway", "--data", str(gateway_folder(tmp_path))]
            told = subprocess.run(alone, cwd=ROOT, stdin=subprocess.PIPE, capture_output=True, timeout=20, text=True)
            assert told.returncode == 1 and "running there already" in told.stderr
        assert first.query_payment("PY1").state is TradeState.open


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    keep = "import sys, time; from pathlib import Path; from tests.adapters.test_gateway import gateway\n"
    keep += f"with gateway(Path({str(tmp_path)!r})): print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", keep], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout and parent.stdout.readline() == "up\n"
        child = pid_of(tmp_path)
        assert child not in (0, parent.pid)
        parent.kill()
    until(lambda: not Path(f"/proc/{child}").exists())


def test_a_callback_waits_through_a_kill_until_somebody_listens(tmp_path: Path) -> None:
    heard: list[bytes] = []

    class Shop(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"success")

        def log_message(self, format: str, *args: object) -> None:
            pass

    shop = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    with gateway(tmp_path, shop.server_address[1]) as ours:
        ours.open("PY1", "alipay", 9900)
        ours.press("PY1", "pay")
        until(lambda: waiting_callbacks(tmp_path))  # nobody answers yet
        os.kill(pid_of(tmp_path), signal.SIGKILL)
        Thread(target=shop.serve_forever, daemon=True).start()
        until(lambda: heard)
    shop.shutdown()
    shop.server_close()
    assert json.loads(heard[0])["no"] == "PY1" and len(heard) == 1


def test_in_earnest_there_is_no_gateway(tmp_path: Path) -> None:
    env = {"CARDMALL_DATA": str(tmp_path), "CARDMALL_SECRET": "s" * 40}
    env |= {"CARDMALL_TRUSTED_PROXIES": "none", "CARDMALL_PUBLIC_URL": "https://mall.example"}
    found = channel_for(read_settings(env))
    assert isinstance(found, NoChannel) and found.open("PY1", "alipay", 1).state is TradeState.unknown
    code = "from cardmall import startup\nwith startup.prepared(): pass"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ | env, check=True, timeout=120)
    assert not gateway_folder(tmp_path).exists() and not (tmp_path / "merchant-key.bin").exists()


# what the gateway asks of us


BODY, HEAD = b'{"no": "PY1"}', "POST /v1/query"


@pytest.mark.parametrize(
    ("altered", "why"),
    [
        ({}, ""),
        ({"gateway-merchant": "1900000110"}, "merchant"),
        ({"gateway-key": "0" * 16}, "key"),
        ({"gateway-time": "1"}, "time"),
        ({"gateway-nonce": "short"}, "nonce"),
        ({"gateway-nonce": "another-nonce"}, "signature"),
        ({"gateway-signature": "é"}, "signature"),
    ],
)
def test_it_hears_only_its_merchant_now(tmp_path: Path, altered: dict[str, str], why: str) -> None:
    key, now = OwnKey(tmp_path / "key"), clock.now()
    merchant = {"merchant": MERCHANT_ID, "key_id": key.key_id, "public_key": key.public}
    headers = key.headers(HEAD, BODY, merchant=MERCHANT_ID, now=now) | altered
    if not why:
        assert check(HEAD, headers, BODY, now=now.timestamp(), merchant=merchant)
        headers, why = key.headers(HEAD, BODY, merchant=MERCHANT_ID, now=now - timedelta(minutes=6)), "time"
    with pytest.raises(Doubt, match=why):
        check(HEAD, headers, BODY, now=now.timestamp(), merchant=merchant)


def test_our_key_is_for_our_eyes_only(tmp_path: Path) -> None:
    with gateway(tmp_path):
        for secret in (tmp_path / "merchant-key.bin", gateway_folder(tmp_path) / "key.bin"):
            assert secret.stat().st_mode & 0o077 == 0
