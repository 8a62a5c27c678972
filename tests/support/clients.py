"""Several clients that send in the same moment."""

from threading import Barrier, Thread

from django.db import connection


def at_once(clients, send):
    """``send(number, client)`` by every client together; what each got back."""
    start, answers = Barrier(len(clients)), {}

    def run(number, client):
        try:
            start.wait()
            answers[number] = send(number, client)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(clients))]
