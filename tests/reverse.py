"""A reverse proxy with TLS, as an installation has one: nginx where it is installed, else a small one of our own."""

import asyncio
import datetime
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.patience import until
from tests.today import moment

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
CONFIG = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $http_upgrade $upgraded {{ default upgrade; '' close; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    client_header_timeout 5s; client_body_timeout 10s; client_max_body_size 6m;
    location / {{
      proxy_pass http://127.0.0.1:{inside};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $upgraded;
      proxy_read_timeout 180s;
    }}
  }}
}}
"""


@contextmanager
def in_front(kind: str, folder: Path, port: int, inside: int) -> Iterator[None]:
    """https://localhost:`port` in front of 127.0.0.1:`inside`. `kind`: nginx | python."""
    folder.mkdir()
    make_certificate(folder)
    with (_nginx if kind == "nginx" else _python)(folder, port, inside):
        _wait(port)
        yield


def make_certificate(folder: Path) -> None:
    """Signed by itself, for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = moment()
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).add_extension(names, critical=False)
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=9))
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))


def _answers(port: int) -> bool:
    with suppress(httpx.HTTPError):
        httpx.get(f"https://127.0.0.1:{port}/health/live", verify=False)  # noqa: S501 - signed by ourselves
        return True
    return False


def _wait(port: int) -> None:
    until(lambda: _answers(port), "the proxy does not answer")


@contextmanager
def _nginx(folder: Path, port: int, inside: int) -> Iterator[None]:
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=port, inside=inside))
    running = subprocess.Popen([NGINX or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        yield
    finally:
        running.terminate()
        running.wait(10)


@contextmanager
def _python(folder: Path, port: int, inside: int) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    async def pass_on(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One request a connection: its head with our word about who asks, then bytes both ways."""
        with suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            head = await near.readuntil(b"\r\n\r\n")
            far, out = await asyncio.open_connection("127.0.0.1", inside)
            out.write(_told(head, back.get_extra_info("peername")[0]))
            await asyncio.gather(_pump(near, out), _pump(far, back), return_exceptions=True)
        back.close()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()  # a loop of its own: Playwright runs one in this thread
    opened = asyncio.start_server(pass_on, "127.0.0.1", port, ssl=context)
    server = asyncio.run_coroutine_threadsafe(opened, loop).result(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def _told(head: bytes, peer: str) -> bytes:
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    named = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines}
    said = ", ".join(part for part in (named.get("x-forwarded-for", ""), peer) if part)
    kept = [
        line for line in lines if not line.lower().startswith(("x-forwarded-", "connection: keep", "connection: close"))
    ]
    kept += [f"X-Forwarded-For: {said}", "X-Forwarded-Proto: https", f"X-Forwarded-Host: {named.get('host', '')}"]
    kept += [] if "upgrade" in named else ["Connection: close"]
    return "\r\n".join([first, *kept, "", ""]).encode("latin-1")


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        sink.write(data)
        await sink.drain()
    sink.close()
