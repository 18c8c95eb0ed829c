"""Findings about the connection: how the stream began, went quiet, and ended."""

from __future__ import annotations

import math
from collections.abc import Sequence

from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.charts import Ending, StateKind
from inspector.domain.ending import awaited, changed_at, quiet_since, silence, word_after
from inspector.domain.events import ErrorSeen, Noticed, Purpose
from inspector.domain.findings import NOTE, WARN, Evidence, Severity
from inspector.domain.link import Condition, Link
from inspector.domain.run import Run

STARTS = (Purpose.CREATE, Purpose.CONTINUE, Purpose.WAIT, Purpose.BACKGROUND)


def settled_at(run: Run, link: Link) -> bool:
    """Whether a terminal or waiting state had been seen by the end of this link."""
    last, word = link.last_seq, run.stream_word
    if word is not None and word.seq <= last:
        told = run.chart.by_id.get(word.status.state)
        if told is not None and (told.terminal or told.kind is StateKind.WAITS):
            return True
    for change in reversed(run.transitions):
        if change.seq <= last:
            state = run.chart.by_id.get(change.target)
            return state is not None and (state.terminal or state.kind is StateKind.WAITS)
    return False


def ours(link: Link) -> bool:
    """Whether this program made the request, so that leaving it is our doing and no fault."""
    return link.fact("connection") is not None


def faded(case: Case, link: Link) -> Severity | None:
    """A note, where a later stream or the server's word made the fault harmless."""
    newer = [other for other in case.streams() if other.number > link.number]
    later = any(other.ok and other.first_event_at is not None for other in newer)
    state = case.run.declared_state
    return NOTE if later or (state is not None and state.kind is StateKind.GOOD_END) else None


def last_heard(run: Run) -> str | None:
    """The stream's own last word, whatever the server said since."""
    return None if run.stream_word is None else run.stream_word.status.raw


def begun(case: Case) -> bool:
    """Whether the run is at work: neither over, nor waiting, nor still queued."""
    state = case.run.declared_state
    if state is None:
        return case.run.begun_at is not None or awaited(case)
    return state.kind is StateKind.BUSY


def cut(case: Case, now: float) -> Evidence | None:
    """The body broke off."""
    for link in reversed(case.streams()):
        if link.end is None or link.socket or not link.ok or link.condition(now, 0.0) is not Condition.BROKEN:
            continue
        how = str(link.end.head.get("how"))
        values = {"how": how, "detail": link.end.head.get("detail"), "word": case.run.state}
        return Evidence((link.end.seq,), values, ("refresh",), faded(case, link))
    return None


def no_headers(case: Case, now: float) -> Evidence | None:
    """No answer at all, in time or until the client left."""
    for link in reversed(case.carriers()):
        if link.status is not None or link.request is None or link.method == "" or _handshake(link):
            continue
        end = link.end
        waited = (end.at if end is not None else now) - link.opened_at
        if end is not None and end.head.get("how") == "refused":
            values = {"waited": waited, "left": False, "refused": True, "url": link.url}
            return Evidence((link.request.seq, end.seq), values, ("refresh",), faded(case, link))
        if end is not None or waited >= case.thresholds.no_headers * 1000:
            values = {"waited": waited, "left": end is not None, "refused": False, "url": link.url}
            return Evidence((link.last_seq,), values, ("cancel", "refresh"), faded(case, link))
    return None


def no_headers_due(case: Case, now: float) -> float | None:
    """When an unanswered request becomes a finding."""
    waits = [link.opened_at for link in case.carriers() if link.status is None and link.end is None]
    return _first_after(now, waits, case.thresholds.no_headers)


def _first_after(now: float, since: Sequence[float], seconds: float) -> float | None:
    """The first of these times to become so old, of those that are not yet."""
    return min((at + seconds * 1000 for at in since if at + seconds * 1000 > now), default=None)


def no_events(case: Case, now: float) -> Evidence | None:
    """An answer, and not one event of it."""
    for link in reversed(case.streams()):
        began, since = _first_event(case.run, link), _opened_at(case.run, link)
        if not link.ok or began is not None or link.not_a_stream or since is None:
            continue
        if link.opened.purpose is Purpose.WAIT:
            continue
        if link.end is None:
            if link.opened.joined or case.run.over or now - since < case.thresholds.no_events * 1000:
                continue
        elif ours(link) and link.opened.joined:
            continue
        until = link.end.at if link.end is not None else now
        values = {"waited": until - since, "open": link.end is None, "beats": link.beats}
        values["joined"] = link.opened.joined
        severity = faded(case, link) if case.run.begun_at is not None or case.run.over else None
        return Evidence((link.last_seq,), values, ("refresh", "cancel"), severity)
    return None


def no_events_due(case: Case, now: float) -> float | None:
    """When an empty stream becomes a finding."""
    empty = [link for link in case.streams() if link.end is None and _first_event(case.run, link) is None]
    waits = [since for link in empty if (since := _opened_at(case.run, link)) is not None]
    return _first_after(now, waits, case.thresholds.no_events)


def _first_event(run: Run, link: Link) -> float | None:
    """When the first event came; a socket may carry others' before."""
    return run.begun_at if link.socket else link.first_event_at


def _opened_at(run: Run, link: Link) -> float | None:
    """From when on the run's events could come."""
    return max(link.headers_at, run.first_at) if link.socket and link.headers_at is not None else link.headers_at


ALIVE_MS = 45_000.0
"""A socket whose other side was heard within this time is alive: servers ping every 20 s."""


def silent(case: Case, now: float) -> Evidence | None:
    """Begun, and no progress for longer than the threshold; keep-alives do not count."""
    link = case.link
    if not begun(case):
        return None
    asked = case.run.source is not None or (link is not None and link.not_a_stream)
    if link is not None and link.last is not None and link.ended_by == "server" and not asked:
        return None
    quiet = silence(case, now)
    if quiet < case.thresholds.silence_ms:
        return None
    until = link.last.at if link is not None and link.last is not None and not asked else now
    byte = link.last_byte_at if link is not None else None
    changed = changed_at(case)
    values = {
        "content": quiet,
        "byte": None if byte is None else until - byte,
        "change": None if changed is None else until - changed,
        "beats": 0 if link is None else link.heard_beats() if link.socket else link.beats,
        "alive": link is not None and link.socket and now - (byte or link.opened_at) < ALIVE_MS,
        "left": link is not None and link.ended_by == "client" and not case.run.source,
        "nodes": [n.name for n in case.run.nodes.values() if n.ended_at is None and n.phase == "start"],
    }
    severity = None if quiet >= case.thresholds.silence_error * 1000 else WARN
    frame = case.run.content_seq or (link.last_seq if link is not None else case.run.first_seq)
    return Evidence((frame,), values, ("refresh", "cancel"), severity)


def silent_due(case: Case, now: float) -> float | None:
    """When the silence crosses its next threshold."""
    since = quiet_since(case)
    if since is None or case.run.over:
        return None
    marks = (case.thresholds.silence_ms, case.thresholds.silence_error * 1000)
    return next((since + mark for mark in marks if since + mark > now), None)


def was_silent(case: Case, now: float) -> Evidence | None:
    """A silence beyond the threshold that ended by itself; between two runs of a socket there is none."""
    run, limit = case.run, case.thresholds.silence_ms
    over = math.inf if run.terminal_at is None else run.terminal_at
    all_gaps = [(gap, link.socket) for link in case.streams() for gap in link.gaps if gap[1] - gap[0] >= limit]
    gaps = [gap for gap, shared in all_gaps if not shared or run.first_at <= gap[0] < over]
    times, longest = run.bygone.silent(limit)
    if not gaps and longest is None:
        return None
    known = gaps if longest is None else [longest, *gaps]
    start, end, beats = max(known, key=lambda gap: (gap[1] - gap[0], -gap[0]))
    frames = tuple(link.last_content_seq for link in case.streams() if link.last_content_seq is not None)
    return Evidence(frames[-1:], {"silence": end - start, "from": start, "beats": beats, "times": times + len(gaps)})


def gave_up(case: Case, now: float) -> Evidence | None:
    """The client closed the connection before any end."""
    for link in reversed(case.carriers()):
        if link.end is None or link.socket or link.condition(now, 0.0) is not Condition.CLOSED:
            continue
        if settled_at(case.run, link):
            continue
        if ours(link) and link.opened.joined:
            continue
        values = {"silence": link.silence(link.end.at), "timeout": link.fact("timeout_s"), "headers": link.ok}
        return Evidence((link.end.seq,), values, ("refresh",), faded(case, link))
    return None


def http_error(case: Case, now: float) -> Evidence | None:
    """A 4xx or 5xx answer where a run's start or stream was asked for."""
    told = {seen.link: seen for seen in case.run.errors if getattr(seen.fact, "where", "") == "http"}
    found: list[tuple[int, ErrorSeen, Link]] = []
    for link in case.links():
        if link.opened.purpose not in STARTS and (link.opened.purpose is not Purpose.JOIN or ours(link)):
            continue
        seen = told.get(link.number)
        if seen is not None and isinstance(seen.fact, ErrorSeen):
            found.append((seen.seq, seen.fact, link))
        elif link.response is not None and link.status is not None and link.status >= 400:
            found.append((link.response.seq, ErrorSeen("http", "", None, link.status), link))  # its body never came
    if not found:
        return None
    _, fact, link = found[-1]
    values = {"status": fact.status, "message": fact.message or None, "code": fact.code, "times": len(found)}
    return Evidence(tuple(seq for seq, _, _ in found), values, ("refresh",), faded(case, link))


def error_event(case: Case, now: float) -> Evidence | None:
    """An explicit error event."""
    found = [(seen, seen.fact) for seen in case.run.errors if isinstance(seen.fact, ErrorSeen)]
    events = [(seen, fact) for seen, fact in found if fact.where == "event"]
    if not events:
        return None
    seen, fact = events[-1]
    link = case.book.links.get(seen.link)
    values = {"message": fact.message, "code": fact.code}
    severity = None if link is None else faded(case, link)
    return Evidence(tuple(s.seq for s, _ in events), values, ("continue", "start_new_run", "refresh"), severity)


def no_terminal(has_terminal_event: bool) -> Rule:
    """The body ended cleanly and nothing had said how the run ended."""

    def check(case: Case, now: float) -> Evidence | None:
        for link in reversed(case.streams()):
            if link.condition(now, 0.0) is not Condition.ENDED or link.first_event_at is None or link.end is None:
                continue
            if link.opened.purpose is Purpose.WAIT or settled_at(case.run, link):
                continue
            word = word_after(case, link)
            state = None if word is None else case.run.chart.by_id.get(word.status.state)
            active = state is not None and state.kind in (StateKind.START, StateKind.BUSY)
            if not has_terminal_event and not active:
                continue
            if any(case.run.acted("cancel")) and case.run.over:
                continue
            frames = (link.end.seq,) if word is None else (link.end.seq, word.seq)
            values = {"word": last_heard(case.run), "server": None if word is None else word.status.raw}
            return Evidence(frames, values, ("refresh", "cancel"), faded(case, link))
        return None

    return Rule("stream.no_terminal", check)


def final_event_lost(has_terminal_event: bool) -> Rule:
    """The server says that it ended; the stream, which should have said so, did not."""

    def check(case: Case, now: float) -> Evidence | None:
        link, state = case.link, case.run.declared_state
        if not has_terminal_event or link is None or link.end is None or state is None or not state.terminal:
            return None
        word = word_after(case, link)
        if word is None or not link.ok or link.ended_by == "client" or settled_at(case.run, link) or link.not_a_stream:
            return None
        if link.opened.purpose is Purpose.WAIT or (state.ending is Ending.CANCELLED and any(case.run.acted("cancel"))):
            return None
        return Evidence((link.end.seq, word.seq), {"word": word.status.raw}, ("refresh",))

    return Rule("run.final_event_lost", check)


def noticed(finding: str, next_: tuple[str, ...] = ()) -> Rule:
    """What a decoder noticed by itself, gathered to one finding."""

    def check(case: Case, now: float) -> Evidence | None:
        seen = list(case.run.notices(finding))
        if not seen:
            return None
        values = dict(seen[0].fact.values) if isinstance(seen[0].fact, Noticed) else {}
        words = [s.fact.values.get("word") for s in seen if isinstance(s.fact, Noticed)]
        values |= {"times": len(seen), "words": list(dict.fromkeys(w for w in words if w))}
        told = values.pop("severity", None)
        severity = Severity(told) if told is not None else None
        return Evidence(tuple(dict.fromkeys(s.seq for s in seen))[:50], values, next_, severity)

    return Rule(finding, check)


RULES: tuple[Rule, ...] = (
    Rule("stream.cut", cut),
    Rule("stream.no_headers", no_headers, no_headers_due),
    Rule("stream.no_events", no_events, no_events_due),
    Rule("stream.silent", silent, silent_due),
    Rule("stream.was_silent", was_silent),
    Rule("client.gave_up", gave_up),
    Rule("stream.http_error", http_error),
    Rule("stream.error_event", error_event),
    noticed("stream.half_event"),
    noticed("stream.bad_data"),
    noticed("stream.not_a_stream", ("refresh",)),
    noticed("stream.after_terminal"),
    noticed("stream.sequence"),
)


def _handshake(link: Link) -> bool:
    """A socket whose recording begins after its handshake has no answer to show."""
    return link.url.startswith("ws") or link.last_byte_at is not None
