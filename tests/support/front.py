"""What stands in front of two servers in production: streams lead to one, everything else to the other."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LARGEST = 65_536


@contextmanager
def front(pages: int, streams: int) -> Iterator[int]:
    """The port of a server that passes each request on to one of these ports. One request a connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        threading.Thread(target=_accept, args=(server, pages, streams), daemon=True).start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, pages: int, streams: int) -> None:
    with suppress(OSError):  # it was closed
        while True:
            client, _ = server.accept()
            threading.Thread(target=_pass_on, args=(client, pages, streams), daemon=True).start()


def _pass_on(client: socket.socket, pages: int, streams: int) -> None:
    with client, suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            if not (data := client.recv(LARGEST)):
                return
            head += data
        line, _, rest = head.partition(b"\r\n")
        rest = b"\r\n".join(header for header in rest.split(b"\r\n") if not header.lower().startswith(b"connection:"))
        with socket.create_connection(("127.0.0.1", streams if b"/stream/" in line else pages)) as upstream:
            upstream.sendall(line + b"\r\nConnection: close\r\n" + rest)
            while data := upstream.recv(LARGEST):
                client.sendall(data)
