"""Where a response stands when somebody wants to act on it: what can be done, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.case import Case
from inspector.domain.events import Ask, ErrorSeen, Purpose
from inspector.domain.link import Link
from inspector.protocols.jsons import obj, parse
from inspector.protocols.responses.chart import ACTIVE, TERMINAL, WAITING

_STARTS = (Purpose.CREATE, Purpose.WAIT, Purpose.BACKGROUND)


@dataclass(frozen=True, slots=True)
class Standing:
    """``asked`` is the body of the request that started it, ``told`` what the server said of it; empty = not seen.

    ``cursor``: the number of the last event, where its stream broke off. ``open``: a connection carries it now.
    ``carrier``: the open connection that asked for it. ``refused``: why the server does not stream it again.
    """

    run: str | None
    thread: str | None
    state: str | None
    missing: bool
    asks: tuple[Ask, ...]
    asked: Mapping[str, Any]
    told: Mapping[str, Any]
    cursor: int | None
    open: bool
    carrier: int | None = None
    refused: str | None = None

    def of_kind(self, kind: str) -> tuple[Ask, ...]:
        """What it waits for, of this kind and with an id to answer to."""
        return tuple(ask for ask in self.asks if ask.kind == kind and ask.id is not None)

    def field(self, name: str) -> Any:
        """A field of the request, or of what the server made of it."""
        value = self.asked.get(name)
        return self.told.get(name) if value is None else value

    @property
    def background(self) -> bool | None:
        """Whether it runs in the background; None where nobody said."""
        if isinstance(self.told.get("background"), bool):
            return bool(self.told["background"])
        return self.asked.get("background") is True if self.asked else None


def standing(case: Case) -> Standing:
    """How the response stands."""
    run = case.run
    said = case.said("run") if run.id is not None else None
    cursor = case.said("cursor", run.id) if run.id is not None else None
    wanted = run.wanted.asks if run.wanted is not None and run.state == WAITING and run.answered_by is None else ()
    link = case.link
    return Standing(
        run.id,
        run.thread,
        run.state,
        said is not None and said.status == 404,
        wanted,
        request_of(case),
        obj(said.data) if said is not None else {},
        cursor.data if cursor is not None and isinstance(cursor.data, int) else None,
        link is not None and link.last is None,
        next((one.number for one in case.links() if one.opened.purpose in _STARTS and one.last is None), None),
        _refusal(case),
    )


def _refusal(case: Case) -> str | None:
    """What the server said when it was asked to stream it again, where it refused."""
    joins = {link.number for link in case.links() if link.opened.purpose is Purpose.JOIN}
    errors = [seen.fact for seen in case.run.errors if seen.link in joins and isinstance(seen.fact, ErrorSeen)]
    return next((fact.message for fact in reversed(errors) if fact.where == "http"), None)


def request_of(case: Case) -> Mapping[str, Any]:
    """The body of the newest request that asked for it."""
    for link in reversed(list(case.links())):
        body = _body(link)
        if body:
            return body
    said = case.said("asked", case.run.id) if case.run.id is not None else None
    own = ("type", "stream_id", "generate")
    return {} if said is None else {name: value for name, value in obj(said.data).items() if name not in own}


def _body(link: Link) -> Mapping[str, Any]:
    if link.opened.purpose not in _STARTS or link.request is None or link.method != "POST" or not link.request.body:
        return {}
    return obj(parse(link.request.body))


def _unaddressed(s: Standing) -> str | None:
    if s.run is None:
        return "The server never named this response, so there is nothing to address."
    return "The server does not know this response: it answered 404." if s.missing else None


def why_not_cancel(s: Standing) -> str | None:
    """The reason against a cancel, or None."""
    if s.state in TERMINAL or s.state == WAITING:
        return f"The response is over: it is {'completed' if s.state == WAITING else s.state}."
    if s.carrier is not None and (s.run is None or s.background is False):
        return None
    why = _unaddressed(s)
    if why is None and s.background is False:
        why = (
            "It was started without background: true, and the server cancels only background responses. "
            "It ends when the connection that carries it is closed by the app that opened it."
        )
    return why


def why_not_answer(s: Standing, kind: str) -> str | None:
    """The reason against tool outputs (``tool``) or an approval, or None."""
    what = "tool outputs" if kind == "tool" else "an approval"
    if s.state != WAITING:
        return f"The response is {s.state or 'not begun'}: it does not wait for {what}."
    if not s.asks:
        return "A later request has answered its calls already."
    if not s.of_kind(kind):
        return f"The response does not wait for {what}."
    if kind == "approval" and s.of_kind("tool"):
        return "It waits for tool outputs too, and the server takes all answers at once: submit them together."
    return _unaddressed(s) or _not_chained(s)


def why_not_chain(s: Standing) -> str | None:
    """The reason against answering the open calls of a history that a refused or ended response goes on from."""
    if s.run is None:
        return None
    return _unaddressed(s) or (None if s.field("conversation") else _not_chained(s))


def _not_chained(s: Standing) -> str | None:
    if s.field("store") is False:
        return "It was asked for with store: false, so the server kept nothing that a later request could go on from."
    if s.field("model") is None and s.field("prompt") is None:
        return "Which model it used is not known: refresh to ask the server."
    return None


def why_not_resume(s: Standing) -> str | None:
    """The reason against streaming it again, or None."""
    why = _unaddressed(s)
    if why is not None:
        return why
    if s.state not in ACTIVE:
        return f"The response is over: it is {'completed' if s.state == WAITING else s.state}."
    if s.carrier is not None:
        return "The stream that it was asked for with is open."
    if s.background is False:
        return "Only a response that was started with background: true can be streamed again."
    if s.refused is not None:
        return f"The server refused to stream it again: {s.refused} Asking again and again tells how it stands."
    if s.asked and s.asked.get("stream") is not True:
        return "It was started without stream: true, so the server kept no events: refresh tells how it stands."
    return None


def why_not_start(s: Standing) -> str | None:
    """The reason against a new response after this one, or None."""
    if s.state == WAITING and s.asks:
        return "It waits for an answer, and the server refuses to go on without: submit the outputs or decide first."
    if s.state in ACTIVE and (s.open or s.background is not False) and not s.missing:
        return f"The response is still {s.state}: let it end or cancel it first."
    if s.missing and not s.asked:
        return "The server does not know this response, and its request was not seen: there is nothing to go on from."
    if s.run is None and s.open:
        return "The request for it is still open: let it be answered or end first."
    if s.state is None and not s.asked:
        return "Neither its request nor how it stands is known, so there is nothing to go on from: refresh to ask."
    return None
