"""Where the shop stands is said once, by CARDMALL_PUBLIC_URL; who asks is told once, by the shop's own proxy guard."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from reflex_base.config import get_config

from cardmall import routes
from cardmall.adapters.channels import channel_for
from cardmall.adapters.payments.sandbox import Sandbox
from cardmall.cardmall import app
from cardmall.doors.events import Door
from cardmall.http.proxy import as_sent
from cardmall.settings import settings
from tests.http.test_proxy import TRUSTED
from tests.test_house import ROOT, SOURCES

ASKED = """
import json, rxconfig
c = rxconfig.config
print(json.dumps({"api": c.api_url, "origins": list(c.cors_allowed_origins), "hops": c.trusted_proxy_hops}))
"""


def config(data: Path, **env: str) -> dict[str, object]:
    """What Reflex is told in a process of its own with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARDMALL_", "REFLEX_"))}
    told = kept | {"CARDMALL_DATA": str(data)} | env
    asked = [sys.executable, "-c", ASKED]
    found = subprocess.run(asked, cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    return json.loads(found.stdout.splitlines()[-1])


def test_reflex_itself_trusts_no_proxy_whatever_it_is_told(tmp_path: Path) -> None:
    assert get_config().trusted_proxy_hops == 0
    assert config(tmp_path, REFLEX_TRUSTED_PROXY_HOPS="2")["hops"] == 0


@pytest.mark.parametrize("hops", [0, 1])
def test_a_socket_is_of_the_client_the_guard_tells(monkeypatch: pytest.MonkeyPatch, hops: int) -> None:
    monkeypatch.setattr(get_config(), "trusted_proxy_hops", hops)
    told = [(b"host", b"mall.example"), (b"x-forwarded-for", b"1.1.1.1, 203.0.113.9")]
    scope = as_sent({"type": "websocket", "client": ("10.1.1.1", 1), "scheme": "ws", "headers": told}, TRUSTED)
    door = app.event_namespace
    assert isinstance(door, Door)
    heard = door._build_static_router_data("one", {"asgi.scope": scope})
    assert heard["ip"] == "203.0.113.9"


def test_the_address_that_is_built_in_is_the_public_one(tmp_path: Path) -> None:
    found = config(tmp_path, CARDMALL_PUBLIC_URL="http://localhost:8080", PORT="4000")
    assert found["api"] == "http://localhost:8080" and "http://localhost:8080" in str(found["origins"])


ABSOLUTE = re.compile(r"request\.(base_url|url)\b|canonical|og:url|get\(\"host\"|f\"https?://|router.url.(href|origin)")
# Who may build or compare an address with a host in it, and from what.
LAWFUL = {
    "adapters/channels.py": "a demo without CARDMALL_PUBLIC_URL is called back at its own port",
    "http/request.py": "compares the Origin with CARDMALL_PUBLIC_URL; a demo without one with the Host",
    "ssr/head.py": "canonical addresses are CARDMALL_PUBLIC_URL's",
    "http/headers.py": "compares the Host with CARDMALL_PUBLIC_URL; a demo's sockets are the Host's",
}


@pytest.mark.parametrize(
    ("public", "heard"), [("", "http://127.0.0.1:4000"), ("http://localhost:8080", "http://localhost:8080")]
)
def test_the_channel_calls_back_at_the_public_address(tmp_path: Path, public: str, heard: str) -> None:
    """Any other Host is refused: the callback, too."""
    chosen = replace(settings, data=tmp_path, port=4000, public_url=public, demo=True)
    told = channel_for(chosen)
    assert isinstance(told, Sandbox)
    assert told._notify_url == heard + routes.CALLBACK


def test_no_page_or_notice_builds_an_address_from_what_a_request_says() -> None:
    """There are none in notices to people; whoever adds one takes settings.public_url."""
    found = {str(s.relative_to(ROOT / "cardmall")) for s in SOURCES if ABSOLUTE.search(s.read_text("utf-8"))}
    assert {name for name in found if not name.startswith(("gateway/", "settings"))} == LAWFUL.keys()
