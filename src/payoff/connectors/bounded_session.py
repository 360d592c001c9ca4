"""HTTP requests that stay at one place, wait as they are told, and give up at last.

Question  May this request be sent, and is its answer final?
Bounds    One scheme, host and port; no redirect, no proxy and no netrc of the environment.
Again     408, 429, 5xx and lost connections, as long as Retry-After says or twice as long each time.
"""

import random
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.hooks import default_hooks, dispatch_hook

TRIES = 6
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 300.0
TIMEOUT_SECONDS = (10.0, 120.0)
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class ElsewhereError(Exception):
    """A request would leave the declared host."""


class BoundedSession(requests.Session):
    """A session for one service; `sleep` is called between tries, with seconds."""

    def __init__(self, base_url: str, per_minute: int | None, sleep: Callable[[float], object]) -> None:
        super().__init__()
        self.trust_env = False
        self._place = urlsplit(base_url)[:2]
        self._pause = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._sleep = sleep

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The final answer. Raises ElsewhereError, or what requests raises at the last try."""
        if urlsplit(str(request.url))[:2] != self._place:
            raise ElsewhereError(f"another place: {urlsplit(str(request.url)).netloc}")
        options |= {"allow_redirects": False, "timeout": TIMEOUT_SECONDS}
        hooks, request.hooks = request.hooks, default_hooks()  # they judge the final answer alone
        wait = FIRST_WAIT_SECONDS
        for tried in range(1, TRIES + 1):
            self._keep_pace()
            pause = wait
            try:
                answer = super().send(request, **options)
            except (requests.ConnectionError, requests.Timeout):
                if tried == TRIES:
                    raise
            else:
                if answer.is_redirect:
                    answer.close()
                    raise ElsewhereError(f"another place: {urlsplit(answer.headers['location']).netloc}")
                if answer.status_code not in _AGAIN or tried == TRIES:
                    judged: requests.Response = dispatch_hook("response", hooks, answer, **options)
                    return judged
                pause = _read_retry_after(answer) or wait
                answer.close()
            self._sleep(min(pause, LONGEST_WAIT_SECONDS) * random.uniform(1.0, 1.25))
            wait *= 2
        raise AssertionError("the last try returns or raises")

    def _keep_pace(self) -> None:
        left = self._next - time.monotonic()
        if left > 0:
            self._sleep(left)
        self._next = time.monotonic() + self._pause


def _read_retry_after(answer: requests.Response) -> float:
    """Seconds, or a date of HTTP."""
    text = answer.headers.get("Retry-After", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return 0.0
