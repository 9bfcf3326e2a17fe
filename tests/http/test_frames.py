"""A frame of the event socket is as large as its bytes, whatever its signs."""

import asyncio

import pytest
from starlette.types import Message

from cardmall.domain.limits import FRAME_BYTES
from cardmall.doors.sockets import short_frames


def heard(**frame: str | bytes | None) -> Message:
    async def receive() -> Message:
        return {"type": "websocket.receive", **frame}

    return asyncio.run(short_frames(receive)())  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("sign", ["x", "é", "字", "😀", "\ud800"])
def test_a_frame_of_more_bytes_ends_the_socket(sign: str) -> None:
    most = FRAME_BYTES // len(sign.encode("utf-8", "surrogatepass"))
    assert heard(text=sign * most)["type"] == "websocket.receive"
    assert heard(text=sign * most + sign) == {"type": "websocket.disconnect", "code": 1009}
    assert heard(text=sign * FRAME_BYTES + "x")["type"] == "websocket.disconnect"


def test_bytes_are_counted_as_they_are() -> None:
    assert heard(bytes=bytes(FRAME_BYTES), text=None)["type"] == "websocket.receive"
    assert heard(bytes=bytes(FRAME_BYTES + 1), text=None)["type"] == "websocket.disconnect"
