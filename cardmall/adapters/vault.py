"""Codes and accounts at rest: AES-GCM bound to their row, key ids for rotation, a blind index to find repeats."""

import base64
import hmac
import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cardmall.adapters.keyfiles import kept_key as kept_file
from cardmall.domain.buyer_answers import searched_answer
from cardmall.domain.codes import compared, kept_code, tail_of
from cardmall.models import Product
from cardmall.settings import Settings, settings


@dataclass(frozen=True)
class Sealed:
    """What a table may hold of a code: the encrypted token, two blind indexes and its last four characters.

    `blind` compares as the product says, `shop_blind` with the shop's other products, in upper case.
    """

    token: str
    blind: str
    shop_blind: str
    tail: str


class CodeVault:
    """Seals and opens codes. `keys`: key id → 32 bytes; `active` seals; `blind_key` is never rotated with them."""

    def __init__(self, keys: dict[str, bytes], active: str, blind_key: bytes) -> None:
        self._keys = {kid: AESGCM(key) for kid, key in keys.items()}
        self._active, self._blind_key = active, blind_key

    def seal(self, card_id: str, product: Product, code: str) -> Sealed:
        """The code without invisible signs, encrypted for this card; compared as the product says."""
        own = compared(code, case_sensitive=product.case_sensitive)
        blind, shop_blind = self.blinds(product, code)
        token = self._encrypt(f"card:{card_id}:code", kept_code(code))
        return Sealed(token=token, blind=blind, shop_blind=shop_blind, tail=tail_of(own))

    def seal_text(self, card_id: str, text: str) -> str:
        """The text of a receipt, encrypted for this card: `open` opens it like a code."""
        return self._encrypt(f"card:{card_id}:code", text)

    def blinds(self, product: Product, code: str) -> tuple[str, str]:
        """The two blind indexes of a code: in its product, and in its shop."""
        own = compared(code, case_sensitive=product.case_sensitive)
        return self._blind(str(product.id), own), self._blind(f"shop {product.shop_id}", compared(code))

    def open(self, card_id: str, token: str) -> str:
        """The code; raises InvalidTag when the token belongs to another card."""
        return self._decrypt(f"card:{card_id}:code", token)

    def seal_destination(self, refund_no: str, account: str) -> str:
        """Where a redirected refund goes, for the table."""
        return self._encrypt(f"refund:{refund_no}:destination", account)

    def open_destination(self, refund_no: str, token: str) -> str:
        """The account; raises InvalidTag when the token belongs to another refund."""
        return self._decrypt(f"refund:{refund_no}:destination", token)

    def seal_word(self, name: str, text: str) -> str:
        """A word of the house itself, for the table."""
        return self._encrypt(f"word:{name}", text)

    def open_word(self, name: str, token: str) -> str:
        """The word; raises InvalidTag when another secret, or another name, sealed it."""
        return self._decrypt(f"word:{name}", token)

    def seal_piece(self, batch_id: str, kind: str, n: int, text: str) -> str:
        """A piece of a list of codes, for the table; `kind` and `n` say which."""
        return self._encrypt(f"batch:{batch_id}:{kind}:{n}", text)

    def open_piece(self, batch_id: str, kind: str, n: int, token: str) -> str:
        """The piece; raises InvalidTag when the token is another one's."""
        return self._decrypt(f"batch:{batch_id}:{kind}:{n}", token)

    def seal_answer(self, order_no: str, n: int, answer: str) -> str:
        """The answer to the nth field of an order, for the table."""
        return self._encrypt(f"answer:{order_no}:{n}", answer)

    def open_answer(self, order_no: str, n: int, token: str) -> str:
        """The answer; raises InvalidTag when the token is another one's."""
        return self._decrypt(f"answer:{order_no}:{n}", token)

    def answer_blind(self, shop_id: int, answer: str) -> str:
        """The blind index by which an answer is found in its shop, however it is typed: another shop's is another."""
        return self._blind(f"answer {shop_id}", searched_answer(answer))

    def mark(self, text: str) -> str:
        """22 characters only we can make of `text`: it proves that we made them, and hides nothing."""
        made = hmac.new(self._blind_key, f"mark:{text}".encode(), sha256).digest()[:16]
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def _encrypt(self, owner: str, text: str) -> str:
        nonce = os.urandom(12)
        raw = nonce + self._keys[self._active].encrypt(nonce, text.encode(), f"{self._active}|{owner}".encode())
        return f"v1.{self._active}.{base64.urlsafe_b64encode(raw).decode()}"

    def _decrypt(self, owner: str, token: str) -> str:
        _, kid, body = token.split(".")
        raw = base64.urlsafe_b64decode(body)
        return self._keys[kid].decrypt(raw[:12], raw[12:], f"{kid}|{owner}".encode()).decode()

    def _blind(self, where: str, text: str) -> str:
        return hmac.new(self._blind_key, f"{where}\0{text}".encode(), sha256).hexdigest()[:32]


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)


def _demo_secret(folder: Path) -> bytes:
    """The demo's own secret, made once and kept beside its database."""
    told = kept_file(
        folder / "demo-key.json", lambda: json.dumps({"secret": base64.b64encode(os.urandom(32)).decode()}).encode()
    )
    return base64.b64decode(json.loads(told)["secret"])


def make_vault(chosen: Settings) -> CodeVault:
    secret = chosen.secret.encode() or _demo_secret(chosen.data)
    return CodeVault({"k1": _derived(secret, "card data k1")}, "k1", _derived(secret, "card blind index"))


_vault: CodeVault | None = None


def vault() -> CodeVault:
    """The process's one vault."""
    global _vault
    if _vault is None:
        _vault = make_vault(settings)
    return _vault
