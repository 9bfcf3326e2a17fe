"""One file comes in: who sends it is asked before it is read, few are on their way a person, a refusal is heard."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from cardmall.domain.terms import Actor, FieldError, Offer, Reason, Refused, invalid
from cardmall.http.body import LARGEST, NOT_A_FORM, hear_out, upload_of
from cardmall.http.refusals import as_json
from cardmall.http.request import same_origin

UNKEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Sent:
    """What a form brought: the bytes of its file, and the name its sender gave it."""

    data: bytes
    name: str


@dataclass(frozen=True)
class Upload:
    """How files of one kind come in."""

    name: str  # of the form's field
    seconds: float  # on its way
    at_once: int  # of one person
    too_large: Reason
    on_their_way: Counter[int] = field(default_factory=Counter)  # by person

    async def take(
        self,
        request: Request,
        room: int,
        welcome: Callable[[Request], Actor],
        keep: Callable[[Request, Sent], Awaitable[dict[str, str]]],
    ) -> Response:
        """201 with what `keep` answers; 403, 408, or a refusal as JSON, and nothing is kept. `room`: bytes a file."""
        if not same_origin(request):
            return JSONResponse({"reason": "origin", "text": ""}, 403)
        try:
            with self._one_more(await run_in_threadpool(welcome, request)):
                kept = await keep(request, await self._read(request, room))
        except Refused as refused:
            await hear_out(request)
            return as_json(request, refused)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408)
        return JSONResponse(kept, 201, headers=UNKEPT)

    @contextmanager
    def _one_more(self, actor: Actor) -> Iterator[None]:
        """A file on its way is memory. Refused: too_many_tries."""
        if self.on_their_way[actor.id] >= self.at_once:
            raise Refused(Reason.too_many_tries, Offer.form)
        self.on_their_way[actor.id] += 1
        try:
            yield
        finally:
            self.on_their_way[actor.id] -= 1
            if not self.on_their_way[actor.id]:
                del self.on_their_way[actor.id]

    async def _read(self, request: Request, room: int) -> Sent:
        """Refused: nothing sent, or more than `room` bytes."""
        try:
            async with asyncio.timeout(self.seconds):
                form = await upload_of(request, room + LARGEST)
        except NOT_A_FORM:
            raise invalid(**{self.name: FieldError.required}) from None
        except HTTPException as why:
            raise Refused(self.too_large, Offer.form) if why.status_code == 413 else why from None
        try:
            file = form.get(self.name)
            if not isinstance(file, UploadFile):
                raise invalid(**{self.name: FieldError.required})
            sent = Sent(await file.read(), file.filename or "")
        finally:
            await form.close()
        if len(sent.data) > room:
            raise Refused(self.too_large, Offer.form)
        return sent
