"""Findings about sockets: who closed, who went on sending, and who does not hear any more."""

from __future__ import annotations

from itertools import pairwise

from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.findings import Evidence
from inspector.domain.link import Link

USUAL_PING_MS = 20_000.0
"""How often servers ping unless their pings show otherwise (websockets and uvicorn: 20 s)."""

LEAVE = ("cancel", "start_again")
"""What is left to do where nobody listens any more."""

ANSWER_MS = 5_000.0
"""A close or a ping that is not answered within this time will not be."""


def _socket(case: Case) -> Link | None:
    link = case.link
    return link if link is not None and link.socket else None


def closed_while_running(case: Case, now: float) -> Evidence | None:
    """The socket ended before the run had."""
    link = _socket(case)
    if link is None or link.last is None or link.opened.joined:
        return None
    if case.run.terminal_seq is not None and case.run.terminal_seq <= link.last.seq:
        return None
    if case.run.begun_at is None and link.ended_by == "client":
        return None  # nothing was running yet, and the other side did not go
    values = {
        "by": link.ended_by,
        "code": link.last.head.get("code"),
        "word": case.run.state,
        "carrier": bool(link.opened.cancels_on_close),
    }
    return Evidence((link.last.seq,), values, ("refresh", "start_again"))


def frames_after_close(case: Case, now: float) -> Evidence | None:
    """Frames after a close in either direction."""
    link = _socket(case)
    if link is None or not link.late:
        return None
    return Evidence((link.closes[0].seq, *link.late[:10]), {"times": len(link.late)})


def deaf(case: Case, now: float) -> Evidence | None:
    """Our close or our ping unanswered, or the server's own pings gone."""
    link = _socket(case)
    if link is None:
        return None
    until = link.end.at if link.end is not None else now
    sides = {str(frame.head.get("dir", "in")) for frame in link.closes}
    if sides == {"out"} and until - link.closes[0].at >= ANSWER_MS:
        values = {"what": "close", "who": "server", "waited": until - link.closes[0].at}
        return Evidence((link.closes[0].seq,), values, ("start_again",))
    open_until = link.last.at if link.last is not None else now
    return _unanswered_ping(link, open_until) or _pings_gone(link, open_until)


def _asked(link: Link) -> tuple[float, int] | None:
    """The first of our pings that no pong has answered: its time and frame."""
    asked: tuple[float, int] | None = None
    for at, seq, side, op in link.heart:
        if op == "ping" and side == "out" and asked is None:
            asked = (at, seq)
        elif op == "pong" and side == "in":
            asked = None
    return asked


def _unanswered_ping(link: Link, until: float) -> Evidence | None:
    asked = _asked(link)
    if asked is None or until - asked[0] < USUAL_PING_MS:
        return None
    return Evidence((asked[1],), {"what": "ping", "who": "server", "waited": until - asked[0]}, LEAVE)


def _pings_gone(link: Link, until: float) -> Evidence | None:
    pings = [(at, seq) for at, seq, side, op in link.heart if op == "ping" and side == "in"]
    if not pings:
        return None  # a recorder need not see them
    gaps = sorted(two[0] - one[0] for one, two in pairwise(pings)) or [USUAL_PING_MS]
    usual = max(gaps[len(gaps) // 2], USUAL_PING_MS / 2)
    if until - pings[-1][0] <= 2 * usual:
        return None
    return Evidence((pings[-1][1],), {"what": "pings", "who": "server", "waited": until - pings[-1][0]}, LEAVE)


def deaf_due(case: Case, now: float) -> float | None:
    """When missing pings become a finding."""
    link = _socket(case)
    if link is None or link.end is not None:
        return None
    marks = [link.closes[0].at + ANSWER_MS] if link.closes else []
    asked = _asked(link)
    marks += [asked[0] + USUAL_PING_MS] if asked is not None else []
    marks += [at + 2 * USUAL_PING_MS + 1 for at, _, side, op in link.heart if (side, op) == ("in", "ping")][-1:]
    return next((mark for mark in sorted(marks) if mark > now), None)


RULES: tuple[Rule, ...] = (
    Rule("socket.closed_while_running", closed_while_running),
    Rule("socket.frames_after_close", frames_after_close),
    Rule("socket.deaf", deaf, deaf_due),
)
