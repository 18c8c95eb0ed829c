"""Paths: what a URL of the API asks for, and the paths of our own calls. All are read from ``/threads`` on.

Before it stands whatever the server has there: ``/v1``, ``/openai``, ``/api/projects/<project>``, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked for: ``about`` is thread, threads, runs, run, steps, step, messages, message, cancel,
    submit_tool_outputs, or other.

    ``runs`` with the method POST starts a run, on ``thread`` or, without one, on a new thread. ``item`` is the id of
    the step or message.
    """

    about: str
    thread: str | None = None
    run: str | None = None
    item: str | None = None


_RUN_TAILS = {"cancel": "cancel", "submit_tool_outputs": "submit_tool_outputs", "steps": "steps"}


def base_of(path: str) -> str | None:
    """What stands before ``/threads``, or None where there is no such part."""
    parts = path.split("/")
    at = _threads(parts)
    return None if at is None else "/".join(parts[:at])


def route_of(path: str) -> Route | None:
    """What a path means; None where it is none of this API."""
    parts = path.split("/")
    at = _threads(parts)
    if at is None:
        return None
    rest = [unquote(part) for part in parts[at + 1 :] if part]
    if not rest:
        return Route("threads")
    if rest == ["runs"]:
        return Route("runs")
    thread = rest[0]
    if len(rest) == 1:
        return Route("thread", thread)
    if rest[1] == "runs":
        return _run_route(thread, rest[2:])
    if rest[1] == "messages":
        return Route("messages" if len(rest) == 2 else "message", thread, item=rest[2] if len(rest) > 2 else None)
    return Route("other", thread)


def _run_route(thread: str, rest: list[str]) -> Route:
    if not rest:
        return Route("runs", thread)
    run = rest[0]
    if len(rest) == 1:
        return Route("run", thread, run)
    about = _RUN_TAILS.get(rest[1], "other")
    if about == "steps" and len(rest) > 2:
        return Route("step", thread, run, rest[2])
    return Route(about, thread, run)


def _threads(parts: list[str]) -> int | None:
    found = [at for at, part in enumerate(parts) if part == "threads"]
    return found[-1] if found else None


def runs_path(thread: str | None) -> str:
    """Where runs of a thread are listed and started; None = of a thread that is made for it."""
    return "/threads/runs" if thread is None else f"/threads/{_part(thread)}/runs"


def run_path(thread: str, run: str, tail: str = "") -> str:
    """One run, or below it ``cancel``, ``submit_tool_outputs``, ``steps``."""
    return f"/threads/{_part(thread)}/runs/{_part(run)}" + (f"/{tail}" if tail else "")


def messages_path(thread: str) -> str:
    """The messages of a thread."""
    return f"/threads/{_part(thread)}/messages"


def thread_path(thread: str) -> str:
    """One thread."""
    return f"/threads/{_part(thread)}"


def _part(text: str) -> str:
    """An id as one part of a path; a dot segment would be taken for a step up."""
    return quote(text, safe="", errors="surrogatepass") if text not in (".", "..") else text.replace(".", "%2E")
