"""Many readers at once: `python -m tests.support.crowd PORT READERS SECONDS ADDRESS…` prints what they got, as JSON.

Each reader keeps a connection and asks for one address after the other, with a parameter that means nothing.
"""

import asyncio
import json
import resource
import sys
import time
from collections import Counter

HOST = "live.example.org"


async def read(port: int, number: int, until: float, addresses: list[str], got: Counter[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = number
    while time.monotonic() < until:
        address = addresses[asked % len(addresses)]
        asked += 1
        marked = f"{address}{'&' if '?' in address else '?'}utm_source={number}"
        writer.write(f"GET {marked} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if "\r\ncontent-length: " in head:
            await reader.readexactly(int(head.split("\r\ncontent-length: ")[1].split("\r\n")[0]))
        else:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        got[head.split(" ", 2)[1]] += 1
        await asyncio.sleep(0.2)  # a thousand of them are five thousand questions a second
    writer.close()


async def main(port: int, readers: int, seconds: float, addresses: list[str]) -> None:
    got: Counter[str] = Counter()
    until = time.monotonic() + seconds
    all_of_them = (read(port, number, until, addresses, got) for number in range(readers))
    faults = [str(end) for end in await asyncio.gather(*all_of_them, return_exceptions=True) if end is not None]
    print(json.dumps({"statuses": got, "faults": faults[:5]}))  # noqa: T201 - what it is for


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]))
