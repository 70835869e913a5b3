"""Servers on loopback that speak the wire formats of Reddit, X and the news, with the troubles that a test asks for."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Trouble:
    """One answer other than the right one; `path` limits it to requests whose path ends so."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    delay: float = 0.0
    drip: float = 0.0
    path: str = ""


TOKEN = "AAAA-bearer"
Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Answers with `answer(asked)`, after the troubles; `url` is its address, `asked` what it was asked."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.troubles: deque[Trouble] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                length = int(headers.get("content-length", 0))
                query |= {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                asked = Asked(parts.path, query, headers)
                server.asked.append(asked)
                drip = 0.0
                if server.troubles and parts.path.endswith(server.troubles[0].path):
                    trouble = server.troubles.popleft()
                    time.sleep(trouble.delay)
                    status, more, body, drip = trouble.status, trouble.headers, trouble.body, trouble.drip
                else:
                    status, more, body = server.answer(asked)
                try:
                    self.send_response(status)
                    for name, value in ({"Content-Length": str(len(body))} | more).items():
                        self.send_header(name, value)
                    self.end_headers()
                    for start in range(0, len(body), 1 if drip else max(1, len(body))):
                        self.wfile.write(body[start : start + 1] if drip else body)
                        time.sleep(drip)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the caller had lost patience, as a test wanted

            do_POST = do_GET  # noqa: N815 - http.server's word

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's word
                pass

        return Handler


def reddit_post(number: int, title: str, at: datetime, **more: Any) -> dict[str, Any]:
    """One child of a listing, with the fields that Reddit sends (and some that nobody reads)."""
    data = {
        "id": f"p{number:05x}",
        "name": f"t3_p{number:05x}",
        "title": title,
        "selftext": "",
        "author": f"writer_{number}",
        "subreddit": "CryptoCurrency",
        "permalink": f"/r/CryptoCurrency/comments/p{number:05x}/a_title/",
        "url": "https://example.com/elsewhere",
        "created_utc": at.timestamp(),
        "score": 10 + number,
        "ups": 10 + number,
        "num_comments": 3,
        "num_crossposts": 0,
        "stickied": False,
        "promoted": False,
        "over_18": False,
        "distinguished": None,
        "removed_by_category": None,
    }
    return {"kind": "t3", "data": data | more}


def reddit(posts: list[dict[str, Any]]) -> Server:
    """A server that is Reddit, with these posts."""
    return Server(reddit_answers(posts))


def reddit_answers(posts: list[dict[str, Any]]) -> Callable[[Asked], Answer]:
    """Reddit: the public JSON under /r/…/search.json, the API under /r/…/search with a token from its OAuth."""
    token = "eyJ-token"

    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/v1/access_token":
            granted = {"access_token": token, "token_type": "bearer", "expires_in": 86400, "scope": "*"}
            return 200, {}, json.dumps(granted).encode()
        public = asked.path.endswith(".json")
        if not public and asked.headers.get("authorization") != f"bearer {token}":
            return 401, {}, b'{"message": "Unauthorized", "error": 401}'
        start = int(asked.query.get("after", "t3_0").removeprefix("t3_"), 16) if "after" in asked.query else 0
        size = int(asked.query.get("limit", 25))
        page = posts[start : start + size]
        after = f"t3_{start + size:x}" if start + size < len(posts) else None
        listing = {"kind": "Listing", "data": {"after": after, "dist": len(page), "children": page}}
        limits = {"x-ratelimit-remaining": "90.0", "x-ratelimit-used": "10", "x-ratelimit-reset": "400"}
        return 200, {"Content-Type": "application/json"} | limits, json.dumps(listing).encode()

    return answer


def x_page(posts: list[tuple[str, datetime, dict[str, Any]]], next_token: str | None = None) -> dict[str, Any]:
    """A page of API v2's recent search: text, moment and further fields of each post."""
    data, users = [], []
    for number, (text, at, more) in enumerate(posts, 1):
        data.append(
            {
                "id": str(1_800_000_000_000_000_000 + number + (1000 if next_token is None else 0)),
                "text": text,
                "author_id": str(number),
                "created_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
                "lang": "en",
                "edit_history_tweet_ids": ["1"],
                "public_metrics": {
                    "retweet_count": 1,
                    "reply_count": 2,
                    "like_count": 5,
                    "quote_count": 1,
                    "bookmark_count": 0,
                    "impression_count": 400,
                },
            }
            | more
        )
        users.append(
            {
                "id": str(number),
                "username": f"trader{number}",
                "name": "Trader",
                "created_at": "2019-03-01T10:00:00.000Z",
                "public_metrics": {"followers_count": 120, "following_count": 80, "tweet_count": 999},
            }
        )
    meta = {"result_count": len(data), "newest_id": "2", "oldest_id": "1"}
    if next_token:
        meta["next_token"] = next_token
    return {"data": data, "includes": {"users": users}, "meta": meta} if data else {"meta": {"result_count": 0}}


def x(pages: list[dict[str, Any]], token: str = TOKEN) -> Server:
    """X: /2/tweets/search/recent, page after page by next_token."""

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {token}":
            return 401, {}, b'{"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}'
        page = pages[int(asked.query.get("next_token", "page0").removeprefix("page"))]
        return 200, {"Content-Type": "application/json"}, json.dumps(page).encode()

    return Server(answer)


def rss(articles: list[tuple[str, str, datetime]], site: str = "https://paper.example") -> bytes:
    """An RSS 2.0 document: title, description and moment of each article."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{site}/{number}</link><guid>{site}/{number}</guid>"
        f"<description>{escape(told)}</description><dc:creator>A. Writer</dc:creator>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for number, (title, told, at) in enumerate(articles)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Paper</title><link>{site}</link><description>News</description>{items}</channel></rss>"
    ).encode()


def paper(document: bytes) -> Server:
    """A paper whose feed is this document, under any path."""
    return Server(lambda asked: (200, {"Content-Type": "application/rss+xml; charset=utf-8"}, document))
