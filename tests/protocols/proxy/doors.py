"""What a proxy answers at its door, and the case that it makes."""

from __future__ import annotations

import json
from typing import Any

from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.frames import Frame, Kind
from inspector.protocols.registry import ADAPTERS

BEGUN = "The app has got the answer's beginning already: sent again, it would get two answers mixed."


def shown(state: str = "waiting", **more: Any) -> dict[str, Any]:
    """An exchange as the proxy shows it."""
    over = "This exchange is over." if state == "over" else None
    told = {"id": 1, "links": [1], "method": "POST", "path": "/v1/responses", "state": state, "status": None}
    return {**told, "how": None, "kick": BEGUN if state == "relaying" else over, "fail": over, **more}


def asked(*answers: tuple[int, Any]) -> Book:
    """A log in which exchange 1 was asked for so often."""
    book, seq = Book(tuple(ADAPTERS.values())), 0
    for link, (status, body) in enumerate(answers, 1):
        head = {"method": "GET", "url": "http://127.0.0.1:8377/_inspector/exchanges/1", "protocol": "proxy"}
        for kind, more, data in (
            (Kind.REQUEST, head, b""),
            (Kind.RESPONSE, {"status": status, "headers": {"content-type": "application/json"}}, b""),
            (Kind.DATA, {}, json.dumps(body).encode()),
            (Kind.END, {"how": "eof", "by": "server"}, b""),
        ):
            seq += 1
            book.feed([Frame(seq, seq * 10.0, link, kind, more, data)])
    return book


def case(*answers: tuple[int, Any]) -> Case:
    """The case of exchange 1."""
    book = asked(*answers)
    (run,) = book.runs.values()
    return Case(run, book)
