"""Readers of an event stream that run in the test's own process: what a server would hand to the application."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections

from liveblogs.stream.app import Stream

#: Seconds after which something that is waited for has not happened.
PATIENCE = 20


class Reader:
    """One request, answered from ``open`` until ``leave``. While ``is_stuck``, nothing that is sent gets through."""

    def __init__(self, stream: Stream, path: str, *, method: str = "GET", last: str | None = None) -> None:
        headers = [(b"host", b"testserver")] + ([(b"last-event-id", last.encode())] if last is not None else [])
        self.scope = {"type": "http", "path": path, "method": method, "headers": headers}
        self.stream = stream
        self.start: MutableMapping[str, Any] = {}
        self.body = b""
        self.under_way = 0
        self._gone = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()
        self.task = asyncio.create_task(stream(self.scope, self._receive, self._send))

    async def _receive(self) -> MutableMapping[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.under_way += 1
        try:
            await self._free.wait()
        finally:
            self.under_way -= 1
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message["body"]
        if not message["more_body"]:
            self._gone.set()  # as the specification has it

    @property
    def is_stuck(self) -> bool:
        return not self._free.is_set()

    @is_stuck.setter
    def is_stuck(self, is_stuck: bool) -> None:
        (self._free.clear if is_stuck else self._free.set)()

    @property
    def status(self) -> int | None:
        return self.start.get("status")

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.start["headers"]}

    @property
    def heard(self) -> list[int]:
        return [int(number) for number in re.findall(rb"^data: (\d+)$", self.body, re.MULTILINE)]

    async def hears(self, *numbers: int) -> None:
        """Wait until these are what it heard."""
        await until(lambda: self.heard == [*numbers], lambda: f"heard {self.heard}, not {numbers}")

    async def ends(self) -> None:
        await asyncio.wait_for(asyncio.shield(self.task), PATIENCE)

    async def leave(self) -> None:
        self._gone.set()
        await self.ends()


async def until(condition: Callable[[], object], told: Callable[[], str] = lambda: "nothing happened") -> None:
    """Let others run until this holds."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.002)
    except TimeoutError:
        raise AssertionError(told()) from None


async def answered(reader: Reader) -> Reader:
    await until(lambda: reader.status)
    return reader


async def in_thread[T](call: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Something that asks the database, in the thread in which the application does."""
    return await sync_to_async(call)(*arguments, **named)


@asynccontextmanager
async def running() -> AsyncIterator[Stream]:
    """The application between a server's start and its end."""
    stream = Stream()
    told: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    life = asyncio.create_task(stream({"type": "lifespan"}, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    assert (await said.get())["type"] == "lifespan.startup.complete"
    try:
        yield stream
    finally:
        await told.put({"type": "lifespan.shutdown"})
        assert (await asyncio.wait_for(said.get(), PATIENCE))["type"] == "lifespan.shutdown.complete"
        await life
        await in_thread(connections.close_all)


def play(story: Callable[[Stream], Coroutine[Any, Any, None]]) -> None:
    """Run a test's story with a running application."""

    async def run() -> None:
        async with running() as stream:
            await story(stream)

    asyncio.run(run())
