"""How the time of some work grows with its input, on a machine that does other things too."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError

#: Three doublings apart: linear work takes 4 times as long for the last as for the first, quadratic work 16 times.
SIZES = (20_000, 40_000, 80_000)
MOST = 9
#: Below these seconds a clock measures its own noise.
NOISE = 0.025
#: Seconds after which larger inputs are not tried.
TOO_LONG = 2


def assert_linear(work: Callable[[Any], object], make: Callable[[int], Any], sizes: tuple[int, ...] = SIZES) -> None:
    """Fail if the time of ``work`` grows faster than its input. A refusal is an end like another."""
    for _another_try in range(2):
        times = list(_measured(work, make, sizes))
        if len(times) == len(sizes) and times[-1] < max(NOISE, MOST * times[0]):
            return
    raise AssertionError(f"{sizes} characters take {[f'{seconds:.3f}' for seconds in times]} seconds")


def _measured(work: Callable[[Any], object], make: Callable[[int], Any], sizes: tuple[int, ...]) -> Iterator[float]:
    """Seconds of this process for each size, the best of three; no more of them once it takes too long anyway."""
    for size in sizes:
        value = make(size)
        best = _seconds(work, value)
        if best < 1:
            best = min(best, _seconds(work, value), _seconds(work, value)) if best > NOISE / 3 else best
        yield best
        if best > TOO_LONG:
            return


def _seconds(work: Callable[[Any], object], value: Any) -> float:
    started = time.process_time()
    with suppress(ValueError, ValidationError):
        work(value)
    return time.process_time() - started


def repeated[Piece: (str, bytes)](piece: Piece, end: Piece | None = None) -> Callable[[int], Piece]:
    """Makes a text of any size out of a piece."""
    return lambda size: piece * (size // len(piece)) + (end or piece[:0])
