"""When something gives up: the server waiting for an answer, or the client waiting for the next byte."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.domain.case import Case
from inspector.domain.link import Link
from inspector.domain.rules_run import waits

WAIT, CLIENT = "wait", "client"


@dataclass(frozen=True, slots=True)
class Deadline:
    """``kind``: wait (the server expires the run) or client (its read timeout ends the connection). Unix seconds."""

    kind: str
    at: float


def deadline(case: Case) -> Deadline | None:
    """The first of them to come; None where there is none, or where nobody knows what time the log's zero was."""
    found = [each for each in (_of_wait(case), _of_client(case)) if each is not None]
    return min(found, key=lambda each: each.at, default=None)


def _of_wait(case: Case) -> Deadline | None:
    wanted = case.run.wanted
    if wanted is None or wanted.until is None or not waits(case):
        return None
    return Deadline(WAIT, wanted.until)


def _of_client(case: Case) -> Deadline | None:
    """An app's own timeout, where its request tells it: ours have none, for a silence is a finding and not an error."""
    link = case.link
    if link is None or link.last is not None or case.wall_ms is None or link.fact("connection") is not None:
        return None
    since, seconds = _running(link), link.fact("timeout_s")
    if since is None or not isinstance(seconds, int | float) or seconds <= 0:
        return None
    return Deadline(CLIENT, (case.wall_ms + since) / 1000 + seconds)


def _running(link: Link) -> float | None:
    """From when it counts: the last byte, or the start for openai-node, whose timeout ends with the headers."""
    headers = {} if link.request is None else link.request.headers
    if "x-stainless-timeout" in headers and "x-stainless-read-timeout" not in headers:
        return link.opened_at if link.headers_at is None else None
    return link.last_byte_at if link.last_byte_at is not None else link.opened_at
