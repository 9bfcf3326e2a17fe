"""Signals over the pub/sub of Valkey, or Redis."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from cardmall.adapters.signals.transport import LISTEN_SECONDS
from cardmall.adapters.valkey import short_client


class OverValkey:
    """`url`: that of CARDMALL_REDIS_URL. Its number of a database is part of the channel, which all of them share."""

    def __init__(self, url: str) -> None:
        self._client = short_client(url)
        self._url = url
        self._channel = f"cardmall:topics:{self._client.get_connection_kwargs().get('db') or 0}"

    def send(self, messages: Sequence[str]) -> None:
        for message in messages:
            self._client.publish(self._channel, message)

    def listen(self) -> Iterator[str | None]:
        client = short_client(self._url)
        with client, client.pubsub() as hearing:
            hearing.subscribe(self._channel)
            confirmed = False
            while True:
                told = cast(dict[str, Any] | None, hearing.get_message(timeout=LISTEN_SECONDS))
                if told is None and not confirmed:
                    raise TimeoutError("the subscription was not confirmed")
                confirmed = True
                if told is None or told["type"] in ("subscribe", "message"):
                    yield told["data"] if told and told["type"] == "message" else None
