"""The one way to an org: counted, held to its hosts, repeated only where that is safe."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable

import pytest

from provision.clock import Clock
from provision.errors import Bug, Code, Unreachable
from provision.transport import ATTEMPTS, Request, Transport

HOST = "acme.my.salesforce.com"


class App:
    """A WSGI app that answers with the next status of a list and remembers what it was asked."""

    def __init__(self, *statuses: int, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.statuses = list(statuses)
        self.headers = headers
        self.seen: list[dict[str, object]] = []

    def __call__(self, environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        self.seen.append(environ)
        start_response(f"{self.statuses.pop(0)} X", [("Content-Type", "text/plain"), *self.headers])
        return [b"body"]


def transport(app: App) -> Transport:
    return Transport([HOST], app=app)


def test_a_request_reaches_the_app_with_scheme_and_host_intact() -> None:
    app = App(200)
    one = transport(app)
    response = one.send(Request("GET", f"https://{HOST}/services/data"))
    assert (response.status, response.text) == (200, "body")
    assert (app.seen[0]["wsgi.url_scheme"], app.seen[0]["HTTP_HOST"]) == ("https", HOST)
    assert one.requests_made == 1


@pytest.mark.parametrize("url", ["https://evil.example/", f"http://{HOST}/", "https://login.salesforce.com/"])
def test_nothing_leaves_for_a_host_that_is_not_listed_or_without_tls(url: str) -> None:
    app = App(200)
    with pytest.raises(Bug):
        transport(app).send(Request("GET", url))
    assert not app.seen


def test_a_read_is_repeated_on_a_transient_answer() -> None:
    app = App(503, 502, 200)
    assert transport(app).send(Request("GET", f"https://{HOST}/", repeatable=True)).status == 200
    assert len(app.seen) == 3


def test_a_write_is_never_repeated_by_itself() -> None:
    app = App(503, 200)
    assert transport(app).send(Request("POST", f"https://{HOST}/", content=b"x")).status == 503
    assert len(app.seen) == 1


def test_repeating_ends() -> None:
    app = App(*[503] * 10)
    assert transport(app).send(Request("GET", f"https://{HOST}/", repeatable=True)).status == 503
    assert len(app.seen) == ATTEMPTS


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    app = App(302, headers=(("Location", "https://evil.example/"),))
    assert transport(app).send(Request("GET", f"https://{HOST}/")).status == 302
    assert len(app.seen) == 1


def test_cookies_are_not_kept() -> None:
    app = App(200, 200, headers=(("Set-Cookie", "BrowserId=1; path=/"),))
    one = transport(app)
    one.send(Request("GET", f"https://{HOST}/"))
    one.send(Request("GET", f"https://{HOST}/"))
    assert "HTTP_COOKIE" not in app.seen[1]


def test_an_app_that_raises_is_an_org_that_cannot_be_reached() -> None:
    def broken(_environ: object, _start: object) -> Iterable[bytes]:
        message = "inside"
        raise RuntimeError(message)

    with pytest.raises(Unreachable) as caught:
        Transport([HOST], app=broken).send(Request("GET", f"https://{HOST}/x?secret=1"))
    assert caught.value.exit_code == 20
    assert "secret" not in (caught.value.detail or "")
    assert "gave no answer" in caught.value.summary
    assert "again" in caught.value.remedy[0], "what it did is not known, so that commands look first"


def test_an_unreachable_host_is_named_with_what_to_do() -> None:
    waits: list[float] = []
    one = Transport(["localhost"], clock=Clock(sleep=waits.append))
    with pytest.raises(Unreachable) as caught:
        one.send(Request("GET", "https://localhost:1/"))
    assert caught.value.code is Code.UNREACHABLE
    assert "localhost could not be reached" in caught.value.summary
    assert "HTTPS_PROXY" in caught.value.remedy[1]
    assert waits == sorted(waits)


def test_errors_survive_pickling() -> None:
    problem = Unreachable(Code.UNREACHABLE, "gone", detail="d", remedy=("r",), context={"host": HOST})
    copy = pickle.loads(pickle.dumps(problem))
    assert (type(copy), copy.code, copy.summary, copy.detail, copy.remedy, copy.context) == (
        Unreachable,
        problem.code,
        "gone",
        "d",
        ("r",),
        {"host": HOST},
    )


def test_requests_never_show_headers_or_bodies() -> None:
    request = Request("POST", f"https://{HOST}/", {"authorization": "Bearer CANARY"}, b"CANARY", {"a": "CANARY"})
    assert "CANARY" not in repr(request)
