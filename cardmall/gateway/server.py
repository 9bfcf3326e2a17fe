"""The gateway on a free port of this machine, its address left in its folder."""

import fcntl
import json
import logging
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TextIO

from cardmall.gateway.desk import Answer, Cut, Gateway

log = logging.getLogger(__name__)
LARGEST = 16 * 1024 * 1024
LOOK_EVERY = 0.2  # seconds between looks at what is due


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    gateway: Gateway


class Handler(BaseHTTPRequestHandler):
    """One merchant's connection, kept open between calls."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_POST(self) -> None:
        size = self.headers.get("content-length", "")
        if not size.isdigit() or int(size) > LARGEST:
            return self._say(Answer(413, b"", {}))
        body = self.rfile.read(int(size))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self._say(self.server.gateway.answer(self.path, headers, body))
        except Cut as cut:
            time.sleep(cut.hold)
            self.close_connection = True

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """The desk tells what matters."""


def hold(folder: Path) -> TextIO | None:
    """The one gateway of a folder holds this lock as long as it lives; None when another does."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def listen(gateway: Gateway) -> Server:
    """Accepting calls in threads of its own; then the address is written, whole or not at all."""
    server = Server(("127.0.0.1", 0), Handler)
    server.gateway = gateway
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    told = {
        "url": f"http://127.0.0.1:{server.server_address[1]}",
        "key_id": gateway.signer.key_id,
        "public_key": gateway.signer.public,
    }
    fresh = gateway.folder / "address.new"
    fresh.write_text(json.dumps(told))
    fresh.replace(gateway.folder / "address")
    return server


def call_back(gateway: Gateway, stop: threading.Event) -> None:
    """Until told to stop, call back who waits."""
    while not stop.is_set():
        gateway.waiting.wait(LOOK_EVERY)
        gateway.waiting.clear()
        try:
            gateway.send_due()
        except Exception:
            log.exception("callbacks")


def serve(folder: Path, parent: TextIO) -> bool:
    """Until `parent` falls silent; False when this folder has a gateway already."""
    lock = hold(folder)
    if lock is None:
        return False
    with lock:
        gateway, stop = Gateway(folder), threading.Event()
        server = listen(gateway)
        threading.Thread(target=call_back, args=(gateway, stop), daemon=True).start()
        with suppress(KeyboardInterrupt):
            parent.read()  # ends with the process at the other side
        stop.set()
        server.shutdown()
    return True
