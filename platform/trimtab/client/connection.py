"""One HTTP conversation with the server: the token, time limits, repetition of reads, pages."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib import error, parse, request

from trimtab.client.errors import Problem, Unreachable
from trimtab.client.multipart import Multipart

PASSING = {502, 503, 504}
FIRST_WAIT_S = 0.25
UPLOAD_SECONDS = 600.0


class _NoRedirect(request.HTTPRedirectHandler):
    """A redirect is not followed: it would carry the token to wherever it points."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Connection:
    """``url`` is the address of the server; ``timeout_s`` is how long one answer may take.

    Reads are repeated up to ``tries`` times where no answer comes or a proxy says that the server is away, each time
    after twice the wait; nothing else is, since it may have been done already.
    """

    def __init__(self, url: str, token: str, *, timeout_s: float = 30.0, tries: int = 4) -> None:
        if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
            raise ValueError("The address must be like http://127.0.0.1:8000.")
        # The token itself is in no message: an error may end in a log.
        if not re.fullmatch(r"tt_[\w-]+", token, re.ASCII):
            raise ValueError("A token begins with tt_ and is one word. Make one under Settings, API tokens.")
        self.url, self.timeout_s, self.tries = url.rstrip("/"), timeout_s, max(1, tries)
        self._token = token
        self._opener = request.build_opener(_NoRedirect)

    def __repr__(self) -> str:
        return f"Connection({self.url!r})"

    def get(self, path: str, **query: Any) -> Any:
        return self._repeated(self._address(path, query))

    def download(self, path: str, **query: Any) -> bytes:
        """A file, as it is."""
        return bytes(self._repeated(self._address(path, query), bytes))

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._send("POST", path, body)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._send("PUT", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._send("PATCH", path, body)

    def delete(self, path: str) -> None:
        self._send("DELETE", path, None)

    def upload(self, path: str, file: Path, fields: Mapping[str, str]) -> Any:
        """Send a file as it is read, however large; the time limit counts from one piece to the next."""
        with Multipart(file, fields) as form:
            headers = {"Content-Type": form.content_type, "Content-Length": str(form.length)}
            asked = request.Request(self._address(path), data=form, headers=headers, method="POST")  # noqa: S310
            try:
                return self._once(asked, max(self.timeout_s, UPLOAD_SECONDS))
            except Unreachable as failure:
                raise Unreachable(f"{failure} A file far beyond the server's limit ends like this too.") from failure

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All rows of a list, one page after the other as they are asked for."""
        while True:
            page = self.get(path, **query)
            yield from page["results"]
            if not page["next"]:
                return
            # Only the key is taken from the link, so that the token goes nowhere but to the address that was given.
            query["cursor"] = parse.parse_qs(parse.urlsplit(page["next"]).query)["cursor"][0]

    def _address(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        return f"{self.url}/api/v1/{path}" + (f"?{parse.urlencode(given)}" if given else "")

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {"Content-Type": "application/json"} if data is not None else {}
        asked = request.Request(self._address(path), data=data, headers=headers, method=method)  # noqa: S310
        return self._once(asked, self.timeout_s)

    def _repeated(self, address: str, read: Callable[[bytes], Any] | None = None) -> Any:
        wait = FIRST_WAIT_S
        for left in reversed(range(self.tries)):
            try:
                return self._once(request.Request(address), self.timeout_s, read)  # noqa: S310
            except (Unreachable, Problem) as failure:
                passing = isinstance(failure, Unreachable) or failure.status in PASSING
                if not (passing and left):
                    raise
            time.sleep(wait)
            wait *= 2
        raise AssertionError

    def _once(self, asked: request.Request, timeout_s: float, read: Callable[[bytes], Any] | None = None) -> Any:
        asked.add_header("Accept", "application/json")
        asked.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(asked, timeout=timeout_s) as answer:
                return (read or _body)(answer.read())
        except error.HTTPError as refusal:
            with refusal:
                raise self._problem(refusal) from None
        except (OSError, http.client.HTTPException) as failure:
            reason = getattr(failure, "reason", failure)
            raise Unreachable(
                f"No answer from {self.url}: {reason}. Check the address, and that the server runs there."
            ) from failure

    def _problem(self, refusal: error.HTTPError) -> Problem:
        if 300 <= refusal.code < 400:
            place = parse.urlsplit(refusal.headers.get("Location", ""))
            title = f"The server redirects to {place.scheme}://{place.netloc}. Give that address as it is"
            return Problem(status=refusal.code, code="redirected", title=title)
        try:
            return Problem.of(refusal.code, _body(refusal.read()))
        except (OSError, ValueError, http.client.HTTPException):
            return Problem.of(refusal.code, None)


def _body(content: bytes) -> Any:
    return json.loads(content) if content else None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
