"""What the client does when something is wrong: the token, the network, the answer."""

from __future__ import annotations

import json
import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from trimtab.client import Problem, Trimtab, TrimtabError, Unreachable, connection

TOKEN = "tt_0123456789ab_very-secret-indeed"
EMPTY = (200, {}, {"results": [], "next": None})


@pytest.fixture
def no_waiting(monkeypatch):
    waits = []
    monkeypatch.setattr(connection, "time", SimpleNamespace(sleep=waits.append))
    return waits


@pytest.fixture
def scripted():
    """A server that gives prepared answers in turn, (status, headers, body) or None to hang up."""
    answers, asked = [], []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self):
            asked.append((self.command, self.path, dict(self.headers)))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = answers.pop(0)
            if given is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            status, headers, body = given
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers, asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_bad_token_is_told_with_the_way_to_a_good_one(live_server, workspace):
    with pytest.raises(Problem) as caught:
        Trimtab(live_server.url, token=TOKEN).overview()
    assert (caught.value.status, caught.value.code) == (401, "authentication_failed")
    assert "Settings" in str(caught.value)


@pytest.mark.parametrize("token", ["", "secret", "tt_a b", "tt_a\r\nX-Evil: 1", "tt_…"])
def test_what_is_no_token_is_refused_before_it_is_sent_and_never_quoted(token):
    with pytest.raises(ValueError, match="A token begins with tt_") as caught:
        Trimtab("http://127.0.0.1:8000", token=token)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host", "http://", "file:///etc/passwd", "http://h/?a=1"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match=r"The address must be like http://127\.0\.0\.1:8000\."):
        Trimtab(url, token=TOKEN)


def test_the_token_is_in_no_text_that_could_be_logged(scripted, no_waiting, caplog):
    url, answers, _asked = scripted
    answers += [(401, {}, {"code": "x", "title": "No"}), (500, {}, b"<html>broken</html>"), *[None] * 4]
    t = Trimtab(url, token=TOKEN)
    said = [repr(t), repr(t.jobs), repr(t.sources)]
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            with pytest.raises(TrimtabError) as caught:
                t.overview()
            said += [str(caught.value), repr(caught.value), repr(vars(caught.value))]
    assert "very-secret" not in " ".join([*said, caplog.text])


def test_a_read_without_an_answer_is_repeated_after_ever_longer_waits(scripted, no_waiting):
    url, answers, asked = scripted
    answers += [None, (503, {}, b"away"), None, EMPTY]
    assert list(Trimtab(url, token=TOKEN).jobs.list()) == []
    assert len(asked) == 4
    assert no_waiting == [0.25, 0.5, 1.0]


def test_what_writes_is_sent_once(scripted, no_waiting):
    url, answers, asked = scripted
    answers += [None]
    with pytest.raises(Unreachable, match="Check the address"):
        Trimtab(url, token=TOKEN).pricing.run()
    assert len(asked) == 1
    assert no_waiting == []


def test_a_refusal_is_not_repeated(scripted, no_waiting):
    url, answers, asked = scripted
    answers += [(500, {}, b"<html>")]
    with pytest.raises(Problem, match="The server answered with 500"):
        Trimtab(url, token=TOKEN).overview()
    assert len(asked) == 1


def test_a_server_that_is_away_is_named_with_what_to_check(no_waiting):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(Unreachable, match=f"No answer from {url}: .*Check the address"):
            Trimtab(url, token=TOKEN).overview()
    assert len(no_waiting) == 3


def test_a_server_that_keeps_silent_runs_into_the_time_limit(no_waiting):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        t = Trimtab(f"http://127.0.0.1:{silent.getsockname()[1]}", token=TOKEN, timeout_s=0.05, tries=1)
        with pytest.raises(Unreachable, match="timed out"):
            t.overview()


def test_a_redirect_is_told_and_the_token_not_carried_along(scripted, no_waiting):
    url, answers, asked = scripted
    answers += [(302, {"Location": "https://elsewhere.example/api/v1/overview/?a=b"}, b"")]
    with pytest.raises(Problem, match=r"redirects to https://elsewhere\.example\. Give that address"):
        Trimtab(url, token=TOKEN).overview()
    assert len(asked) == 1


def test_the_next_page_is_asked_of_the_same_address_whatever_the_link_says(scripted):
    url, answers, asked = scripted
    answers += [(200, {}, {"results": [], "next": "https://evil.example/api/v1/jobs/?cursor=abc%3D&x=1"}), EMPTY]
    assert list(Trimtab(f"{url}/", token=TOKEN).jobs.list(state="failed")) == []
    assert [path for _method, path, _headers in asked] == [
        "/api/v1/jobs/?state=failed", "/api/v1/jobs/?state=failed&cursor=abc%3D",
    ]  # fmt: skip


def test_faults_of_a_problem_carry_their_field_and_row():
    body = {
        "code": "invalid", "title": "Some fields need a correction", "detail": "",
        "errors": [{"field": "price", "row": 7, "message": "Too high."}],
    }  # fmt: skip
    problem = Problem.of(422, body)
    assert str(problem) == "Some fields need a correction. price, row 7: Too high."
    assert (problem.errors[0].field, problem.errors[0].row) == ("price", 7)
