"""How often a key may ask.

Question  May this key send one more request now, or after how many seconds?
Method    Token bucket: it fills at the key's rate and holds one second's worth, at least one request.
Scope     Each server process counts for itself; `share` is its part of the rate where there are several.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

MAX_BUCKETS = 10_000


class RateLimits:
    """The buckets of all keys, the one longest unused forgotten first."""

    def __init__(self, share: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._share = share
        self._clock = clock
        self._lock = Lock()
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens, as of when

    def take(self, who: Hashable, requests_per_second: float) -> float:
        """0 where the request may go on, and it is counted; else the seconds to wait, and it is not."""
        rate = requests_per_second * self._share
        room = max(rate, 1.0)
        with self._lock:
            now = self._clock()
            tokens, since = self._buckets.pop(who, (room, now))
            tokens = min(room, tokens + (now - since) * rate)
            allowed = tokens >= 1.0
            self._buckets[who] = (tokens - 1.0 if allowed else tokens, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1.0 - tokens) / rate

    def give_back(self, who: Hashable) -> None:
        """What was counted shall not count; the room of the bucket bounds it at the next `take`."""
        with self._lock:
            if who in self._buckets:
                tokens, since = self._buckets[who]
                self._buckets[who] = (tokens + 1.0, since)
