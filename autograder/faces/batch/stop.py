"""How a run is asked to end: Ctrl-C or SIGTERM."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator

STOPPING = b"\nStopping when what is under way is graded; Ctrl-C again stops at once.\n"


class Stop:
    """The first Ctrl-C ends a run after what is under way, a second one at once. A context manager.

    signals: those that ask for it.
    """

    def __init__(self, *signals: signal.Signals) -> None:
        self.asked = False
        self._signals = signals or (signal.SIGINT,)

    def __enter__(self) -> Stop:
        self._before = {each: signal.signal(each, self._ask) for each in self._signals}
        return self

    def __exit__(self, *exception: object) -> None:
        for each, before in self._before.items():
            signal.signal(each, before)

    def until_asked(self, names: list[str]) -> Iterator[str]:
        """The names, up to the moment when Ctrl-C was pressed."""
        return itertools.takewhile(lambda _: not self.asked, names)

    def _ask(self, *signal_and_frame: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        os.write(2, STOPPING)  # not print, which may be at work just now
