"""What a stranger may send to the callback address."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cardmall.adapters.payments import Unverified
from cardmall.adapters.payments.sandbox import Sandbox

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize("signature", ["", "00", "é", "\udcff", "字" * 64])
def test_a_forged_signature_is_refused_whatever_its_letters(tmp_path: Path, signature: str) -> None:
    sandbox = Sandbox(tmp_path / "sandbox.db", lambda: NOW)
    headers = sandbox.signed(b"{}") | {"sandbox-signature": signature}
    with pytest.raises(Unverified, match="signature"):
        sandbox.read_callback(headers, b"{}")
