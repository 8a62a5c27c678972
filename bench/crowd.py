"""Many readers of one event stream, in one process: `python -m bench.crowd PORT PATH READERS`.

Prints "ready SECONDS" when every reader has got a response, then one line of JSON for each number that all readers
have received: the number, and when each of them received it (in seconds of the monotonic clock, which all processes of
a machine share). Exits when its standard input is closed.
"""

import json
import re
import select
import socket
import sys
import time

#: Readers that connect at the same time: few enough that the listening queue is not what is measured.
BATCH = 100
#: Readers with one address, which has a port for each of them.
PER_ADDRESS = 20_000
EVENT = re.compile(rb"data: ?\"?(\d+)")
LARGEST = 65_536


class Crowd:
    def __init__(self, port: int, path: str, readers: int) -> None:
        self.port, self.readers = port, readers
        self.question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
        self.poll = select.epoll()
        self.lines: dict[int, socket.socket] = {}
        self.waiting: set[int] = set()
        self.heard: dict[int, dict[int, float]] = {}

    def connect(self) -> float:
        """Connect all readers. Seconds until each has got a response."""
        started = time.monotonic()
        while len(self.lines) < self.readers or self.waiting:
            while len(self.waiting) < BATCH and len(self.lines) < self.readers:
                source = f"127.0.0.{2 + len(self.lines) // PER_ADDRESS}"
                line = socket.create_connection(("127.0.0.1", self.port), 60, source_address=(source, 0))
                line.sendall(self.question)
                line.setblocking(False)
                self.lines[line.fileno()] = line
                self.waiting.add(line.fileno())
                self.poll.register(line, select.EPOLLIN)
            self.hear()
        return time.monotonic() - started

    def hear(self) -> None:
        """Read what has arrived, and print each number that all readers have now received."""
        for number, _ in self.poll.poll(1, maxevents=512):
            if number == sys.stdin.fileno():
                raise SystemExit
            data = self.lines[number].recv(LARGEST)
            now = time.monotonic()
            if not data:
                raise SystemExit("a stream has ended")
            self.waiting.discard(number)
            for found in EVENT.findall(data):
                times = self.heard.setdefault(int(found), {})
                times.setdefault(number, now)
                if len(times) == self.readers:
                    print(json.dumps([int(found), list(times.values())]), flush=True)


def main() -> None:
    crowd = Crowd(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    seconds = crowd.connect()
    print(f"ready {seconds:.3f}", flush=True)
    crowd.poll.register(sys.stdin, select.EPOLLIN | select.EPOLLHUP)
    while True:
        crowd.hear()


if __name__ == "__main__":
    main()
