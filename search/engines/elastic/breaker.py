"""The circuit breaker: whoever did not answer is not asked again for a while, so that nobody waits for it."""

import threading
from collections.abc import Callable
from time import monotonic

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0


class Breaker:
    """Closed at first. A failure opens it for a pause that doubles with each further one; then one caller at a time
    may try again, and success closes it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = 0.0
        self._next_try = 0.0

    @property
    def closed(self) -> bool:
        """Whether the last one asked answered."""
        return not self._pause

    def allows(self) -> bool:
        """Return whether the caller may ask; where it is open, the one who may is the only one for another pause."""
        with self._lock:
            if not self._pause:
                return True
            if self._clock() < self._next_try:
                return False
            self._next_try = self._clock() + self._pause
            return True

    def failed(self) -> bool:
        """Open it for longer; return whether it was closed until now."""
        with self._lock:
            was_closed = not self._pause
            self._pause = min(LONGEST_PAUSE, self._pause * 2) or FIRST_PAUSE
            self._next_try = self._clock() + self._pause
            return was_closed

    def succeeded(self) -> bool:
        """Close it; return whether it was open until now."""
        with self._lock:
            was_open = bool(self._pause)
            self._pause = 0.0
            return was_open
