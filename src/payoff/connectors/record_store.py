"""Another record store over HTTP: pages of its statements, and statements sent to it.

Question  What has this store since then, and does it take what we send?
Retries   Answers 408, 429 and 5xx and lost connections are tried again, waiting twice as long each time with
          a random part, or as long as Retry-After says. All else is final.
Versions  `agree` asks which versions it speaks; until then the one of `RemoteStore` alone is spoken.
Cites     xAPI 1.0.3 Communication 2.1.3 (since, more, X-Experience-API-Consistent-Through), 2.8 (about).
"""

import random
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import UUID

import msgspec
import urllib3

from payoff.xapi.fault import RequestError
from payoff.xapi.multipart import AttachmentPart, read_parts
from payoff.xapi.statement import Version
from payoff.xapi.times import read_time, write_time

VERSION_HEADER = "X-Experience-API-Version"
PAGE = 250
TRIES = 6
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class RemoteError(Exception):
    """The other store refused (`status`) or could not be reached (None)."""

    def __init__(self, what: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """Where another store answers, who we are there, and the newest version we would speak."""

    endpoint: str
    user: str
    secret: str  # empty: nobody; enough to ask about
    version: Version


@dataclass(frozen=True, slots=True)
class RemotePage:
    """Statements as their texts, in the order stored there, with the attachments they came with."""

    statements: tuple[bytes, ...]
    attachments: Mapping[str, AttachmentPart]
    through_us: int | None  # the store's Consistent-Through


class _Result(msgspec.Struct):
    statements: list[msgspec.Raw]
    more: str = ""


class _About(msgspec.Struct):
    version: list[str]


_RESULT = msgspec.json.Decoder(_Result)
_ABOUT = msgspec.json.Decoder(_About)


class RecordStoreClient:
    """A connection to another store; `sleep` is called between tries, with seconds."""

    def __init__(self, store: RemoteStore, sleep: Callable[[float], object] = time.sleep) -> None:
        self._store = store
        self._sleep = sleep
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=10, read=120))
        self._headers: dict[str, str] = {}
        if store.secret:
            token = b64encode(f"{store.user}:{store.secret}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        self.spoken = frozenset({store.version})

    @property
    def newest(self) -> Version:
        """The newest version both sides speak."""
        return max(self.spoken)

    def agree(self) -> bool:
        """Ask which versions are spoken there, and speak those no newer than ours; False: it did not say.

        Where all of them are newer, they are spoken nevertheless: nothing else would be understood.
        """
        try:
            answer = self._ask("GET", f"{self._store.endpoint.rstrip('/')}/about", {}, tries=1)
            listed = _ABOUT.decode(answer.data).version
        except (RemoteError, msgspec.MsgspecError, UnicodeDecodeError):
            return False
        there = {version for version in Version for text in listed if text.startswith(version[:2])}
        if there:
            self.spoken = frozenset({v for v in there if v <= self._store.version} or there)
        return bool(there)

    def pull(self, since_us: int | None) -> Iterator[RemotePage]:
        """Pages of what was stored after `since_us`, oldest first, to the end of what is there now."""
        query = {"ascending": "true", "attachments": "true", "limit": str(PAGE)}
        if since_us is not None:
            query["since"] = write_time(since_us)
        url = f"{self._store.endpoint.rstrip('/')}/statements?{urlencode(query)}"
        while url:
            answer = self._ask("GET", url, {})
            page, more = _read_page(answer)
            yield page
            url = self._find_more(more)

    def find_attachments(self, statement_id: bytes) -> Mapping[str, AttachmentPart]:
        """The attachments of one statement; none where it is not there any more."""
        query = urlencode({"statementId": str(UUID(bytes=statement_id)), "attachments": "true"})
        try:
            answer = self._ask("GET", f"{self._store.endpoint.rstrip('/')}/statements?{query}", {})
        except RemoteError as error:
            if error.status == 404:
                return {}
            raise
        return _read_parts(answer)[1]

    def send(self, content_type: str, body: bytes, version: Version) -> None:
        """Have statements stored there, by the rules of `version`; RemoteError says why not."""
        url = f"{self._store.endpoint.rstrip('/')}/statements"
        self._ask("POST", url, {"Content-Type": content_type, VERSION_HEADER: str(version)}, body)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.clear()

    def _find_more(self, more: str) -> str:
        """The next page's address, never that of another host: our secret goes with the request."""
        if not more:
            return ""
        url = urljoin(self._store.endpoint, more)
        if urlsplit(url)[:2] != urlsplit(self._store.endpoint)[:2]:
            raise RemoteError(f"its link to more statements leads to another host ({urlsplit(url).netloc})")
        return url

    def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        tries: int = TRIES,
    ) -> urllib3.BaseHTTPResponse:
        """One request, tried again while that may help."""
        wait = FIRST_WAIT_SECONDS
        sent = {VERSION_HEADER: str(self.newest), **self._headers, **headers}
        for tried in range(1, tries + 1):
            pause = wait
            try:
                answer = self._http.request(method, url, headers=sent, body=body)
            except urllib3.exceptions.HTTPError as error:
                failure = RemoteError(f"it cannot be reached: {type(error).__name__}")
            else:
                if answer.status < 300:
                    return answer
                failure = RemoteError(_tell(answer), answer.status)
                if answer.status not in _AGAIN:
                    break
                pause = _read_retry_after(answer) or wait
            if tried < tries:
                self._sleep(min(pause, LONGEST_WAIT_SECONDS) * random.uniform(0.75, 1.25))
            wait *= 2
        raise failure


def _read_page(answer: urllib3.BaseHTTPResponse) -> tuple[RemotePage, str]:
    body, attachments = _read_parts(answer)
    try:
        result = _RESULT.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RemoteError(f"its answer is no page of statements: {error}", answer.status) from error
    page = RemotePage(tuple(map(bytes, result.statements)), attachments, _read_through(answer))
    return page, result.more


def _read_parts(answer: urllib3.BaseHTTPResponse) -> tuple[bytes, Mapping[str, AttachmentPart]]:
    content_type = answer.headers.get("Content-Type", "")
    if not content_type.lower().startswith("multipart/"):
        return answer.data, {}
    try:
        parts = read_parts(answer.data, content_type)
    except RequestError as error:
        raise RemoteError(f"its answer is no page of statements: {error}", answer.status) from error
    return parts.statements, dict(parts.attachments)


def _read_through(answer: urllib3.BaseHTTPResponse) -> int | None:
    try:
        return read_time(answer.headers.get("X-Experience-API-Consistent-Through", ""))
    except ValueError:
        return None


def _read_retry_after(answer: urllib3.BaseHTTPResponse) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _tell(answer: urllib3.BaseHTTPResponse) -> str:
    """Its status and the start of what it said."""
    said = " ".join(answer.data[:300].decode("utf-8", "replace").split())
    return f"it answered {answer.status}: {said}" if said else f"it answered {answer.status}"
