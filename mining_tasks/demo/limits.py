"""A rate limit as the real systems have one: so many requests in a sliding window, then 429 with Retry-After."""

import math
import time
from collections import deque
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class RateLimit:
    """At most `requests` in `seconds`; `refused` counts those that came too early."""

    requests: int
    seconds: float
    refused: int = 0
    came: deque[float] = field(default_factory=deque)
    lock: Lock = field(default_factory=Lock)

    def seconds_to_wait(self) -> int | None:
        """None if the request may pass, else after how many whole seconds to come again."""
        with self.lock:
            now = time.monotonic()
            while self.came and self.came[0] <= now - self.seconds:
                self.came.popleft()
            if len(self.came) < self.requests:
                self.came.append(now)
                return None
            self.refused += 1
            return max(1, math.ceil(self.came[0] + self.seconds - now))
