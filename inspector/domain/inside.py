"""What runs inside what: a step of one run (a model call of an agent) that is itself a run of another backend.

They are joined by the id of the response where a step tells it, else by the calls whose outputs an exchange brings and
by the order in which both began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.book import MODEL_CALLS, Book
from inspector.domain.case import Case, Thresholds
from inspector.domain.charts import StateKind
from inspector.domain.events import RunKey
from inspector.domain.link import Condition
from inspector.domain.run import Node, Run

SLACK = 1_500.0
"""Ms by which a step may seem to begin after its exchange, or to end before it: reports take their time."""

LATEST = 60_000.0
"""Ms after which an exchange is no longer taken for that of a step which began and has none: programs can be slow."""


@dataclass(frozen=True, slots=True)
class Place:
    """The step that an exchange is. ``sure`` is false where others began at the same time."""

    host: Run
    node: Node
    sure: bool


def place_of(case: Case) -> Place | None:
    """Of an exchange: which step of which run it is, where the log tells."""
    return _places(case.book).get(case.run.key) if case.book.hosts else None


def told_inside(case: Case, now: float) -> Mapping[str, Any]:
    """What findings about an exchange say of the step that it is: agent, span, since when; empty where it is none."""
    place = place_of(case)
    if place is None:
        return {}
    node, host = place.node, place.host
    age = None if node.ended_at is not None else max(0.0, now - node.started_at)
    said = {"agent": agent_of(host, node), "span": node.task, "run": host.id, "age": age, "sure": place.sure}
    return {"inside": said}


def exchange_of(book: Book, host: Run, node: Node) -> Run | None:
    """Of a step: the run that it is."""
    for key, place in _places(book).items():
        if place.node is node and place.host is host:
            return book.runs.get(key)
    return None


def exchanges_of(book: Book, host: RunKey) -> set[RunKey]:
    """The runs inside this one."""
    return {key for key, place in _places(book).items() if place.host.key == host} if book.hosts else set()


def stirred_at(case: Case) -> float | None:
    """The log time, in ms, of the last progress within the open steps of a run."""
    if case.run.key not in case.book.hosts:
        return None
    times = []
    for key, place in _places(case.book).items():
        inner = case.book.runs.get(key)
        if inner is not None and place.host is case.run and place.node.ended_at is None:
            times.append(inner.first_at if inner.content_at is None else inner.content_at)
    return max(times, default=None)


def asked_within(case: Case) -> Run | None:
    """The last model call of a host, where it asked for something that nobody has answered and nothing came of it."""
    if case.run.key not in case.book.hosts:
        return None
    nodes = case.run.nodes.values()
    last = max((node for node in nodes if node.kind in MODEL_CALLS), key=lambda node: node.started_at, default=None)
    inner = None if last is None else exchange_of(case.book, case.run, last)
    state = None if inner is None else inner.declared_state
    if last is None or inner is None or state is None or state.kind is not StateKind.WAITS or inner.answered_by:
        return None
    began = last.started_at
    later = any(node.kind in ("function", "handoff", "turn") and node.started_at > began for node in nodes)
    return None if later else inner


def told_afterwards(run: Run) -> bool:
    """Whether its calls of models were only reported when they were over: their exchanges were in the log before."""
    calls = [node for node in run.nodes.values() if node.kind in MODEL_CALLS]
    return bool(calls) and all(call.ended_at is not None and call.first_seq == call.seq for call in calls)


def up(run: Run, node: Node) -> Iterator[Node]:
    """The steps that it is within, from the inside out."""
    seen = {node.task}
    while node.parent is not None and node.parent not in seen and node.parent in run.nodes:
        seen.add(node.parent)
        node = run.nodes[node.parent]
        yield node


def agent_of(run: Run, node: Node) -> str | None:
    """The name of the agent whose step it is."""
    found = _agent(run, node)
    return None if found is None else found.name


def inmost(run: Run, nodes: Iterable[Node]) -> Node | None:
    """Of open steps, the one that everything waits for: the model call that began first, else the deepest."""
    nodes = list(nodes)
    calls = [node for node in nodes if node.kind in MODEL_CALLS]
    if calls:
        return min(calls, key=lambda node: node.started_at)
    return max(nodes, key=lambda node: (len(list(up(run, node))), node.started_at), default=None)


def to_nobody(run: Run) -> list[tuple[str, str, int]]:
    """Handoffs whose agent never began: from whom, to whom, and the frame that told of it."""
    agents = [node for node in run.nodes.values() if node.kind == "agent"]
    found = []
    for node in run.nodes.values():
        source, _, target = node.name.partition(" → ")
        if node.kind != "handoff" or target in ("", "?"):
            continue
        if not any(agent.name == target and agent.started_at >= node.started_at for agent in agents):
            found.append((source, target, node.seq))
    return found


def hanging(case: Case, now: float) -> tuple[Mapping[str, Any], ...]:
    """The exchanges which open steps of this run wait for and which do not answer, the oldest first."""
    found = []
    for quiet, exchange, place in _hung(case, now):
        link = exchange.link
        if link is not None:
            said = {"link": link.number, "run": exchange.run.id, "quiet": quiet, "headers": link.status is not None}
            found.append({**said, "url": link.url, "sure": place.sure, "span": place.node.task})
    return tuple(found)


def hung_exchange(case: Case, now: float) -> Case | None:
    """The one that was waited for longest: what has to be freed so that this run goes on; None where none hangs."""
    return next((exchange for _, exchange, _ in _hung(case, now)), None)


def _hung(case: Case, now: float) -> list[tuple[float, Case, Place]]:
    """For how many ms in vain, for which exchange, in which step; the longest first."""
    found = []
    for inner, _, place in _open(case):
        exchange = Case(inner, case.book)
        link = exchange.link
        if link is not None:
            quiet = _quiet(case.thresholds, inner, link.condition(now, case.thresholds.silence_ms), now)
            if quiet is not None:
                found.append((quiet, exchange, place))
    return sorted(found, key=lambda each: -each[0])


def waited_for(case: Case, node: Node, now: float) -> Mapping[str, Any] | None:
    """Of an open step of a run that has stopped: the exchange that it waited for, and how long in vain."""
    inner = exchange_of(case.book, case.run, node) if case.run.key in case.book.hosts else None
    link = None if inner is None or inner.over else Case(inner, case.book).link
    if inner is None or link is None:
        return None
    said = {"link": link.number, "run": inner.id, "quiet": link.silence(now), "headers": link.status is not None}
    return {**said, "url": link.url, "sure": True, "span": node.task}


def hanging_due(case: Case, now: float) -> float | None:
    """The log time at which the next of these exchanges begins to hang."""
    dues = []
    for inner, _, _ in _open(case):
        since = inner.first_at if inner.content_at is None else inner.content_at
        wait = case.thresholds.no_headers * 1000 if inner.content_at is None else case.thresholds.silence_ms
        if since + wait > now:
            dues.append(since + wait)
    return min(dues, default=None)


def _quiet(thresholds: Thresholds, inner: Run, how: Condition | None, now: float) -> float | None:
    """Ms for which an exchange that is not over has been waited for in vain."""
    if inner.over:
        return None
    if how in (Condition.CONNECTING, Condition.OPEN):
        waited = now - inner.first_at
        return waited if waited >= thresholds.no_headers * 1000 else None
    if how is Condition.SILENT:
        return now - (inner.first_at if inner.content_at is None else inner.content_at)
    return None


def _open(case: Case) -> Iterator[tuple[Run, Node, Place]]:
    if case.run.key in case.book.hosts:
        for key, place in _places(case.book).items():
            inner = case.book.runs.get(key)
            if inner is not None and place.host is case.run and place.node.ended_at is None:
                yield inner, place.node, place


def _places(book: Book) -> Mapping[RunKey, Place]:
    """The place of each exchange. Worked out once for each state of the log."""
    known: Mapping[RunKey, Place] | None = book.memo.get("places")
    if known is None:
        known = book.memo["places"] = _joined(book)
    return known


def _joined(book: Book) -> dict[RunKey, Place]:
    inner = [run for run in book.runs.values() if run.key not in book.hosts]
    hosts = [book.runs[key] for key in book.hosts if key in book.runs] if inner else []
    steps = [(host, node) for host in hosts for node in host.nodes.values() if node.kind in MODEL_CALLS]
    by_id = {run.id: run for run in inner if run.id is not None}
    places: dict[RunKey, Place] = {}
    shifts, left = [], []
    for host, node in steps:
        run = by_id.get(node.ref) if node.ref is not None else None
        if run is not None:
            places[run.key] = Place(host, node, True)
            shifts.append(node.started_at - run.first_at)
        elif node.ref is None:
            left.append((host, node))
    shift = max(0.0, _median(shifts))  # below zero, a program was slow to ask: the next need not be
    _by_time(places, left, [run for run in _of_programs(book, inner) if run.key not in places], shift)
    return places


def _of_programs(book: Book, runs: list[Run]) -> list[Run]:
    """Where a proxy relayed some of these (it numbers them), the others are what somebody asked at this end."""
    relayed = [
        run
        for run in runs
        if (link := Case(run, book).link) is not None and link.request is not None and "exchange" in link.request.head
    ]
    return relayed or runs


def _median(values: Sequence[float]) -> float:
    """0 of none. The one of the standard library brings fractions and decimals, which every start would load."""
    if not values:
        return 0.0
    near = sorted(values)
    return (near[(len(near) - 1) // 2] + near[len(near) // 2]) / 2


def _by_time(places: dict[RunKey, Place], steps: list[tuple[Run, Node]], runs: list[Run], shift: float) -> None:
    """Each exchange in its order to the oldest step that was open when it began; most begin soon after their step."""
    steps.sort(key=lambda step: step[1].started_at)
    for run in sorted(runs, key=lambda run: run.first_at):
        at = run.first_at + shift
        lasting = [step for step in steps if step[1].ended_at is None or step[1].ended_at >= at - SLACK]
        fits = [step for step in lasting if abs(at - step[1].started_at) <= SLACK]
        fits = fits or [step for step in lasting if SLACK < at - step[1].started_at <= LATEST]
        fits = _going_on(places, run, fits)
        if fits:
            host, node = fits[0]
            agents = {agent_of(other, each) for other, each in fits}
            places[run.key] = Place(host, node, len(agents) == 1)
            steps.remove((host, node))


def _going_on(places: Mapping[RunKey, Place], run: Run, fits: list[tuple[Run, Node]]) -> list[tuple[Run, Node]]:
    """Of the steps that fit, those of the agent whose calls this exchange brings the outputs of."""
    before = None if run.answers is None else places.get(run.answers)
    if before is None:
        return fits
    agent = _agent(before.host, before.node)
    same = [(host, node) for host, node in fits if host is before.host and _agent(host, node) is agent]
    return same or fits


def _agent(run: Run, node: Node) -> Node | None:
    return next((each for each in (node, *up(run, node)) if each.kind == "agent"), None)
