"""Ed25519 over what was said, when, and a word used once: our side of what was agreed with the gateway."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from cardmall.adapters.keyfiles import kept_key
from cardmall.adapters.payments import Unverified

WINDOW = timedelta(minutes=5)  # a signature may be so old, or so far ahead
MERCHANT, TIME, NONCE = "gateway-merchant", "gateway-time", "gateway-nonce"
KEY, SIGNATURE = "gateway-key", "gateway-signature"


def _words(head: str, merchant: str, time: str, nonce: str, body: bytes) -> bytes:
    return f"{head}\n{merchant}\n{time}\n{nonce}\n".encode(errors="replace") + body + b"\n"


class OwnKey:
    """Our private key, kept at `path`, made at first use; only its owner may read it."""

    def __init__(self, path: Path) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(kept_key(path, _make))
        raw = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public, self.key_id = base64.b64encode(raw).decode(), sha256(raw).hexdigest()[:16].upper()

    def headers(self, head: str, body: bytes, *, merchant: str, now: datetime) -> dict[str, str]:
        time, nonce = str(int(now.timestamp())), secrets.token_hex(16)
        signature = base64.b64encode(self._private.sign(_words(head, merchant, time, nonce, body))).decode()
        return {MERCHANT: merchant, TIME: time, NONCE: nonce, KEY: self.key_id, SIGNATURE: signature}


def _make() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def verify(head: str, headers: Mapping[str, str], body: bytes, *, public_key: str, now: datetime) -> str:
    """The nonce of what this key signed within the window; raises Unverified."""
    time, nonce = headers.get(TIME, ""), headers.get(NONCE, "")
    try:
        signature = base64.b64decode(headers.get(SIGNATURE, ""), validate=True)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        public.verify(signature, _words(head, headers.get(MERCHANT, ""), time, nonce, body))
    except (InvalidSignature, ValueError, binascii.Error) as doubt:
        raise Unverified("signature") from doubt
    if not (time.isascii() and time.isdigit() and len(time) < 13):
        raise Unverified("time")
    if abs(now.timestamp() - int(time)) > WINDOW.total_seconds():
        raise Unverified("time")
    if not 8 <= len(nonce) <= 64:
        raise Unverified("nonce")
    return nonce
