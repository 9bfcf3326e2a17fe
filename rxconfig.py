"""What Reflex needs to start: `reflex run` works without any environment variable."""

import os
import sys
from pathlib import Path
from typing import Any, cast

# Node and npm come with the virtual environment, which need not be activated.
os.environ.setdefault("REFLEX_USE_NPM", "1")
os.environ.setdefault("REFLEX_TELEMETRY_ENABLED", "false")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")
# Who asks is told by cardmall/http/proxy.py: Reflex would believe any peer, by the number of proxies.
os.environ["REFLEX_TRUSTED_PROXY_HOPS"] = "0"
# The lock in reflex.lock/ names versions and hashes, never the host they came from.
os.environ.setdefault("npm_config_omit_lockfile_registry_resolved", "true")
_bin = str(Path(sys.executable).parent)
if _bin != os.environ.get("PATH", "").split(os.pathsep)[0]:
    os.environ["PATH"] = _bin + os.pathsep + os.environ.get("PATH", "")

from cardmall.domain import limits  # noqa: E402

os.environ.setdefault("REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE", str(limits.FRAME_BYTES))

import reflex as rx  # noqa: E402

from cardmall.bundle import BundlePlugin  # noqa: E402
from cardmall.server import bound_the_server  # noqa: E402
from cardmall.settings import settings  # noqa: E402
from cardmall.theme import TAILWIND  # noqa: E402

bound_the_server()

_port = int(os.environ.get("PORT") or 3000)
# One port for all; a back end alone (REFLEX_BACKEND_ONLY=true) has its own word for it.
_ports: Any = {"backend_port" if os.environ.get("REFLEX_BACKEND_ONLY") else "frontend_port": _port}
# Built in: a page over https would otherwise look for its socket at port 443.
_address: Any = {"api_url": settings.public_url} if settings.public_url else {}
_more_origins = os.environ.get("CARDMALL_ORIGINS", "").split(",")
_redis_url = settings.redis_url or None
_plugins: list[rx.plugins.Plugin] = [rx.plugins.TailwindV4Plugin(cast(Any, TAILWIND)), BundlePlugin()]


def _origins() -> list[str]:
    """Pages that may open the event socket: this machine's own, and those of CARDMALL_ORIGINS."""
    own = [f"http://{host}:{_port}" for host in ("localhost", "127.0.0.1")]
    own += [settings.public_url] if settings.public_url else []
    return own + [origin.strip().rstrip("/") for origin in _more_origins if origin.strip()]


config = rx.Config(
    app_name="cardmall",
    **_ports,
    backend_host=settings.host,
    **_address,
    cors_allowed_origins=_origins(),
    redis_url=_redis_url,
    state_manager_mode=rx.constants.StateManagerMode.REDIS if _redis_url else rx.constants.StateManagerMode.MEMORY,
    redis_token_expiration=900,  # seconds an unused page state is kept
    show_built_with_reflex=False,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=_plugins,
    disable_plugins=[rx.plugins.SitemapPlugin],
)
