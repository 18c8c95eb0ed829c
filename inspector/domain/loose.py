"""Findings of streams that carry no run: an unknown thread, heartbeats only, a refused stream of a thread."""

from __future__ import annotations

from inspector.domain.book import Book
from inspector.domain.case import Thresholds
from inspector.domain.findings import CATALOGUE, Finding
from inspector.domain.link import Link


def judge_loose(book: Book, now: float, thresholds: Thresholds) -> tuple[Finding, ...]:
    """What is wrong with the streams that no run came over, at log time ``now`` (ms)."""
    found = (_judge(link, now, thresholds) for link in book.links.values() if link.streams and not link.runs)
    return tuple(finding for finding in found if finding is not None)


def _judge(link: Link, now: float, thresholds: Thresholds) -> Finding | None:
    until = link.end.at if link.end is not None else now
    if link.status is None:
        waited = until - link.opened_at
        if link.end is None and waited < thresholds.no_headers * 1000:
            return None
        refused = link.end is not None and link.end.head.get("how") == "refused"
        values = {"waited": waited, "left": link.end is not None, "refused": refused, "url": link.url}
        return _finding("stream.no_headers", link, values)
    if not link.ok:
        return _finding("stream.http_error", link, {"status": link.status, "message": None, "times": 1})
    waited = until - (link.headers_at or link.opened_at)
    if link.contents or (link.end is None and waited < thresholds.no_events * 1000):
        return None
    values = {"waited": waited, "open": link.end is None, "beats": link.beats, "joined": link.opened.joined}
    return _finding("stream.no_events", link, values)


def _finding(name: str, link: Link, values: dict[str, object]) -> Finding:
    return Finding(name, CATALOGUE[name], (link.last_seq,), values, ("refresh",))
