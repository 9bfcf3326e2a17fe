"""Who said it: Ed25519 over what was said, when, and a word used once."""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

WINDOW = 300  # seconds a signature may be old or ahead
MERCHANT, TIME, NONCE = "gateway-merchant", "gateway-time", "gateway-nonce"
KEY, SIGNATURE = "gateway-key", "gateway-signature"


class Doubt(Exception):
    """What arrived was not said by who it claims, or not now; the word names what is wrong."""


def words(head: str, merchant: str, time: str, nonce: str, body: bytes) -> bytes:
    """What is signed. `head`: "POST /path" of a request or callback, "ANSWER <nonce of the request>" of an answer."""
    return f"{head}\n{merchant}\n{time}\n{nonce}\n".encode() + body + b"\n"


@dataclass(frozen=True)
class Signer:
    """A private key and the id its public half is known by."""

    key_id: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()

    def headers(self, head: str, body: bytes, *, now: float, merchant: str) -> dict[str, str]:
        time, nonce = str(int(now)), secrets.token_hex(16)
        signature = base64.b64encode(self.private.sign(words(head, merchant, time, nonce, body))).decode()
        return {MERCHANT: merchant, TIME: time, NONCE: nonce, KEY: self.key_id, SIGNATURE: signature}


def new_signer() -> Signer:
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signer(sha256(raw).hexdigest()[:16].upper(), private)


def load_signer(path: Path) -> Signer:
    """The key kept at `path`, made at first use; only its owner may read it."""
    if not path.exists():
        raw = new_signer().private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        fresh = path.with_suffix(f".{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(raw)
        fresh.replace(path)
    private = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signer(sha256(raw).hexdigest()[:16].upper(), private)


def check(head: str, headers: Mapping[str, str], body: bytes, *, now: float, merchant: Mapping[str, str]) -> str:
    """The nonce of a request this merchant signed just now; `merchant`: its id, key_id and public key. Raises Doubt."""
    if headers.get(MERCHANT, "") != merchant["merchant"]:
        raise Doubt("merchant")
    if headers.get(KEY, "") != merchant["key_id"]:
        raise Doubt("key")
    time, nonce = headers.get(TIME, ""), headers.get(NONCE, "")
    if not (time.isascii() and time.isdigit() and len(time) < 13) or abs(now - int(time)) > WINDOW:
        raise Doubt("time")
    if not 8 <= len(nonce) <= 64:
        raise Doubt("nonce")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(merchant["public_key"]))
    try:
        signature = base64.b64decode(headers.get(SIGNATURE, ""), validate=True)
        public.verify(signature, words(head, merchant["merchant"], time, nonce, body))
    except (InvalidSignature, ValueError) as doubt:
        raise Doubt("signature") from doubt
    return nonce
