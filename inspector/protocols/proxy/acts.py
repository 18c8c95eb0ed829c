"""Sending an exchange again, or ending it for the app: planned, refused with the reason, and proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action, Effect, Outcome
from inspector.domain.calls import Call, Reply, Script, Sleep
from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.domain.link import Link
from inspector.protocols.jsons import items, number, obj, text

ACTS = ("kick", "fail", "refresh")
TITLES = {"kick": "Send the request again", "fail": "End it for the app", "refresh": "Refresh"}
CONSEQUENCES = {
    "kick": "Drops the silent attempt and sends the same request again; the app knows nothing of it. What the server "
    "did for the first attempt, it may do twice.",
    "fail": "The app gets an error that its client does not repeat: 503, or response.failed where the stream has "
    "begun. The server's side is closed.",
    "refresh": "Asks how the exchange stands. Changes nothing.",
}
OVER = "This exchange is over."
SOCKET = "A WebSocket cannot be sent again: what the app has said on it is a conversation, not one request."
BEGUN = "The app has got the answer's beginning already: sent again, it would get two answers mixed."
_AGAIN_S = 0.3


def read(exchange: str) -> Call:
    """How an exchange stands."""
    return Call("GET", f"/_inspector/exchanges/{exchange}", label="how the exchange stands")


def write(action: str, exchange: str) -> Call:
    """The request of an act."""
    return Call("POST", f"/_inspector/exchanges/{exchange}/{action}", reads=False, label=TITLES[action].lower())


def offered(reasons: Mapping[str, str | None]) -> Sequence[Action]:
    """All acts, with the reasons against those that have one. ``kick`` comes first: it is the one without a loss."""
    likely = "kick" if reasons.get("kick") is None else "fail"
    return [
        Action(name, TITLES[name], CONSEQUENCES[name], reasons.get(name), primary=name == likely)
        for name in ACTS
        if name in reasons or name == "refresh"
    ]


def reasons_told(said: Mapping[str, Any]) -> Mapping[str, str | None]:
    """Why not, as the proxy said itself."""
    return {name: text(said, name) for name in ("kick", "fail")}


def reasons_seen(link: Link) -> Mapping[str, str | None]:
    """Why not, by what the log shows of an exchange that a proxy relays."""
    if link.end is not None:
        return {"kick": OVER, "fail": OVER}
    if link.request is not None and str(link.request.head.get("url", "")).startswith(("ws:", "wss:")):
        return {"kick": SOCKET, "fail": None}
    return {"kick": BEGUN if link.headers_at is not None else None, "fail": None}


def exchange_of(case: Case, data: Any) -> str:
    """The number of the exchange that is meant: named in ``data``, else the run itself."""
    named = obj(data).get("exchange")
    return str(named) if isinstance(named, int) else case.run.id or "0"


def plan(action: str, case: Case, data: Any) -> Sequence[Call]:
    """The write of an act. Refused with the reason."""
    if action not in ACTS:
        raise UserError(f"There is no action “{action}” here; there are {', '.join(ACTS)}.")
    said = case.said("run")
    if said is not None and (why := reasons_told(obj(said.data)).get(action)) is not None:
        raise Refused(why)
    return [] if action == "refresh" else [write(action, exchange_of(case, data))]


def act(action: str, exchange: str) -> Script[Outcome]:
    """Asks before, sends, and asks until the effect is there."""
    before = yield read(exchange)
    assert before is not None
    if not before.ok:
        return Outcome(Effect.REFUSED, _why(before))
    if action == "refresh":
        return Outcome(Effect.SEEN, f"The exchange is {text(before.body, 'state') or 'unknown'}.")
    if (why := reasons_told(obj(before.body)).get(action)) is not None:
        return Outcome(Effect.REFUSED, why)
    sent = yield write(action, exchange)
    assert sent is not None
    if not sent.ok:
        return Outcome(Effect.REFUSED if sent.status else Effect.NOT_SEEN, _why(sent), next=("refresh",))
    return (yield from _proof(action, exchange, text(sent.body, "done") or ""))


def _proof(action: str, exchange: str, done: str) -> Script[Outcome]:
    """A kick is proved by an answer to its attempt, an end by the exchange being over."""
    said: Mapping[str, Any] = {}
    try:
        while True:
            now = yield read(exchange)
            assert now is not None
            said = obj(now.body) if now.ok else said
            state = text(said, "state")
            if state == "over" or (action == "kick" and state == "relaying"):
                return Outcome(Effect.SEEN, f"{done} {_answered(said)}".strip(), after=dict(said))
            yield Sleep(_AGAIN_S)
    except TimeoutError:
        count = len(items(said, "links"))
        return Outcome(Effect.NOT_SEEN, f"Attempt {count} has no answer either so far.", next=("kick", "fail"))


def _answered(said: Mapping[str, Any]) -> str:
    status = number(said, "status")
    return "The exchange is over." if status is None else f"The server answered {status:.0f}."


def _why(reply: Reply) -> str:
    if reply.status == 0:
        return reply.error or "The proxy did not answer."
    return text(reply.body, "detail") or f"The proxy answered {reply.status}."
