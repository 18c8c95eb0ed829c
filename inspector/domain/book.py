"""A book: the fold of one log. Frames in, runs with their facts and rows out. Live and saved go through it.

It is pure and never raises: whatever a peer sends is data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from inspector.domain.ageing import Ageing
from inspector.domain.bygone import Exchanges
from inspector.domain.charts import Chart
from inspector.domain.events import (
    Answered,
    Event,
    Identified,
    MessageSeen,
    NodeSeen,
    Noticed,
    Opened,
    Repeated,
    RunKey,
    ServerSaid,
    Stretch,
)
from inspector.domain.frames import Frame, Kind, chunks_until
from inspector.domain.link import Link
from inspector.domain.notes import WATCH, word_of
from inspector.domain.routine import Routine
from inspector.domain.run import Run

MODEL_CALLS = frozenset(["response", "generation"])
"""Kinds of steps that are a call of a model, and so perhaps a run of another backend in the same log."""


class Keys:
    """Mints run keys for a book, and knows which key belongs to which id of one server."""

    def __init__(self, mint: Callable[[], RunKey]) -> None:
        self._mint = mint
        self._by_id: dict[str, RunKey] = {}
        self._alias: dict[RunKey, RunKey] = {}
        self._several: set[RunKey] = set()

    def new(self) -> RunKey:
        """A key for a run that was requested and has no id yet."""
        return self._mint()

    def of(self, run_id: str) -> RunKey:
        """The key of the run with this id."""
        key = self._by_id.get(run_id)
        if key is None:
            key = self._by_id[run_id] = self._mint()
        return self.canon(key)

    def find(self, run_id: str) -> RunKey | None:
        """The key of the run with this id, if it was named before."""
        key = self._by_id.get(run_id)
        return None if key is None else self.canon(key)

    def tie(self, key: RunKey, run_id: str) -> RunKey:
        """``key`` turned out to have this id. Returns the key to use from now on: the one that was named first."""
        key = self.canon(key)
        known = self._by_id.setdefault(run_id, key)
        if known != key:
            first, second = min(known, key), max(known, key)
            self._alias[second] = first
            self._several.add(first)
            self._by_id[run_id] = first
        return self.canon(key)

    def several(self, key: RunKey) -> bool:
        """Whether it stands for others, too."""
        return key in self._several

    def canon(self, key: RunKey) -> RunKey:
        """The key that stands for ``key`` after merging."""
        alias = self._alias
        while key in alias:
            key = alias[key]
        return key


class Decoder(Protocol):
    """Frames of one connection to events. Keeps what it must between frames; never raises."""

    keys: Keys

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events that this frame completed, often none."""
        ...

    def flow(self, frames: Sequence[Frame]) -> Iterator[tuple[float, Sequence[Event | Stretch]]]:
        """The same of frames of one link, with the time of each, and many as one where they are plain pieces of text.

        The events are to be taken in before the next are asked for.
        """
        for frame in frames:
            yield frame.at, self.feed(frame)


class Backend(Protocol):
    """What a book needs of an adapter."""

    name: str

    def chart_of(self, run_protocol: str) -> Chart:
        """The lifecycle that runs of this backend follow."""
        ...

    def decoder(self, keys: Keys) -> Decoder:
        """A fresh decoder."""
        ...

    def claims(self, frames: Sequence[Frame]) -> float:
        """How sure it is, 0 to 1, that these first frames of a link speak its protocol."""
        ...


_KEPT = ("_default", "_minted", "runs", "links", "gone", "routine", "said", "hosts", "now", "frames")


@dataclass(frozen=True, slots=True)
class Said:
    """The newest answer of the server about one object."""

    data: Any
    status: int
    seq: int
    at: float


@dataclass(slots=True)
class Grown:
    """What feeding changed: rows for the log, and the runs to judge again.

    ``telling`` are those of the events that carry more than a piece of a message.
    """

    events: list[Event | Stretch] = field(default_factory=list)
    telling: list[Event] = field(default_factory=list)
    runs: set[RunKey] = field(default_factory=set)


class Book:
    """The fold of one log. ``hosts`` are the runs whose steps may be runs of their own in this log.

    ``memo`` is for what is worked out from the whole of it; it is forgotten whenever the log grows.
    """

    def __init__(self, backends: Sequence[Backend], protocol: str | None = None) -> None:
        self._backends = {backend.name: backend for backend in backends}
        self._default = protocol if protocol in self._backends else None
        self._decoders: dict[tuple[str, str], Decoder] = {}
        self._of_link: dict[int, Decoder] = {}
        self._held: dict[int, list[Frame]] = {}
        self._minted = 0
        self._merged: dict[RunKey, RunKey] = {}
        self.runs: dict[RunKey, Run] = {}
        self.links: dict[int, Link] = {}
        self.gone = Exchanges()
        self.routine = Routine()
        self.said: dict[tuple[str, str, str], list[Said]] = {}
        self.hosts: dict[RunKey, None] = {}
        self.memo: dict[object, Any] = {}
        self.now = 0.0
        self.frames = 0
        self._ageing = Ageing(self.links, self.runs, self.gone)

    def feed(self, frames: Iterable[Frame]) -> Grown:
        """Take in frames in the order of the log."""
        grown = Grown()
        self.memo.clear()
        whole, links = list(frames), self.links
        self.frames += len(whole)
        place = 0
        while place < len(whole):
            frame, first = whole[place], place
            place += 1
            link = links.get(frame.link) if frame.kind is Kind.DATA else None
            if link is not None and link.protocol:  # nearly all frames are chunks of a body that somebody reads already
                place = chunks_until(whole, place)
                link.see(frame)
                link.see(whole[place - 1])
                self._decode(whole[first:place], link, grown)
            elif frame.kind is Kind.NOTE or frame.kind is Kind.REST:
                self._note(frame, grown)
            else:
                self._route(frame, grown)
            self.now = max(self.now, whole[place - 1].at)
        return grown

    def flush(self) -> Grown:
        """Decode what was held back for want of a protocol (call at the end of a file)."""
        grown = Grown()
        self.memo.clear()
        protocol = self._default or self.main_protocol or next(iter(self._backends))
        for number in list(self._held):
            self._release(number, protocol, grown)
        for link in self.links.values():
            self.routine.left(link)
        return grown

    def run_by_id(self, run_id: str) -> Run | None:
        """The run with this server id."""
        return next((run for run in self.runs.values() if run.id == run_id), None)

    def of_thread(self, thread: str | None) -> list[Run]:
        """The runs of a thread, in the order in which the log named them."""
        return [run for run in self.runs.values() if thread is not None and run.thread == thread]

    @property
    def main_protocol(self) -> str | None:
        """The protocol that most of the log speaks, the first of equals; None for an empty log."""
        names = [link.protocol for link in self.links.values() if link.protocol]
        return max(dict.fromkeys(names), key=names.count) if names else self._default

    def canon(self, key: RunKey) -> RunKey:
        """The key that stands for ``key`` after merging."""
        key = self._merged.get(key, key)
        for decoder in self._decoders.values():
            key = decoder.keys.canon(key)
        return key

    def state(self) -> dict[str, Any]:
        """What a log that has ended came to, to be kept; its decoders are not in it."""
        for run in self.runs.values():
            for message in run.messages.values():
                message.join()
            for call in run.tools.values():
                call.join()
        merged = {key: self.canon(key) for key in map(RunKey, range(1, self._minted + 1)) if self.canon(key) != key}
        return {name: getattr(self, name) for name in _KEPT} | {"_merged": merged}

    def restore(self, state: dict[str, Any]) -> None:
        """Be as the book was of which this is the state. It can be asked then, but takes no more frames."""
        for name in (*_KEPT, "_merged"):
            setattr(self, name, state[name])

    def _route(self, frame: Frame, grown: Grown) -> None:
        link = self.links.get(frame.link)
        if link is None or (frame.kind is Kind.REQUEST and link.request is not None):
            link = self.links[frame.link] = Link(frame.link, "", opened_at=frame.at)
        link.see(frame)
        if link.protocol:
            self._decode([frame], link, grown)
        else:
            held = self._held.setdefault(frame.link, [])
            held.append(frame)
            name = self._guess(held)
            if name is not None:
                self._release(frame.link, name, grown)
        if frame.kind is Kind.END:
            self._of_link.pop(link.number, None)
            self.routine.ended(link)
            self._ageing.ended(link)

    def _guess(self, held: Sequence[Frame]) -> str | None:
        first = held[0]
        told = first.head.get("protocol") if first.kind is Kind.REQUEST else None
        known = told if isinstance(told, str) and told in self._backends else self._default
        if known is not None and (first.head.get("connection") is not None or len(held) > 1):
            return known
        sure = {name: backend.claims(held) for name, backend in self._backends.items()}
        best = max(sure, key=lambda name: sure[name], default=None)
        if known is not None:
            # The log of one program may hold exchanges with several: what is surely another's is not this one's.
            return best if best is not None and sure[known] == 0 and sure[best] >= 0.5 else known
        if best is not None and (sure[best] >= 0.5 or (sure[best] > 0 and held[-1].kind is Kind.END)):
            return best
        return None

    def _release(self, number: int, protocol: str, grown: Grown) -> None:
        link = self.links[number]
        link.protocol = protocol
        for frame in self._held.pop(number, ()):
            self._decode([frame], link, grown)

    def _decode(self, frames: Sequence[Frame], link: Link, grown: Grown) -> None:
        decoder = self._of_link.get(link.number)
        if decoder is None or frames[0].kind is Kind.REQUEST:
            decoder = self._of_link[link.number] = self._decoder(link)
        keys = decoder.keys
        for at, events in decoder.flow(frames):
            for event in events:
                self._take(event, link, keys, grown)
            for key in link.runs:
                run = self.runs.get(key)
                if run is not None:
                    grown.runs.add(key)
                    if at > run.last_at:
                        run.last_at = at

    def _decoder(self, link: Link) -> Decoder:
        """That of the link's connection. A request tells which one that is."""
        connection = str(link.fact("connection") or "")
        decoder = self._decoders.get((link.protocol, connection))
        if decoder is None:
            decoder = self._backends[link.protocol].decoder(Keys(self._mint))
            self._decoders[link.protocol, connection] = decoder
        return decoder

    def _take(self, event: Event | Stretch, link: Link, keys: Keys, grown: Grown) -> None:
        grown.events.append(event)
        link.heard(event)
        # By far the most are pieces of a message, and no matter of the book's.
        told = None if isinstance(event, Stretch) or _is_piece(event) else event
        if told is not None and told.facts:
            grown.telling.append(told)
        named = told is not None and self._hear(told, link)
        if event.run is None:
            return
        key = keys.canon(event.run)
        run = self.runs.get(key) or self._run(key, event, link)
        if named and keys.several(key):
            self._merge(key, keys)
        if key not in link.runs:
            link.runs.append(key)
            # Most links are newer than all before; a run of many thousand reports must not look through all of them.
            if not run.refs or link.number > run.refs[-1] or link.number not in run.refs:
                run.refs.append(link.number)
        run.take(event)
        if told is not None:
            self._reach(key, told, keys, grown)
        grown.runs.add(key)

    def _hear(self, event: Event, link: Link) -> bool:
        """What the event tells of its link and of the server; whether it names its run."""
        named = False
        for fact in event.facts:
            if isinstance(fact, Identified):
                named = True
            elif isinstance(fact, Opened):
                link.opened = fact
                self.routine.opened(link)
            elif isinstance(fact, Repeated):
                runs = [self.runs[key] for key in link.runs if key in self.runs]
                self.routine.repeated(link, fact.since, runs)
            elif isinstance(fact, Noticed) and fact.finding == "stream.not_a_stream":
                link.not_a_stream = True
            elif isinstance(fact, ServerSaid):
                said = self.said.setdefault((link.protocol, fact.about, fact.id), [])
                said.append(Said(fact.data, fact.status, event.seq, event.at))
                del said[1:-2]
        return named

    def _reach(self, key: RunKey, event: Event, keys: Keys, grown: Grown) -> None:
        """What the event of a run means for others: its steps may be runs too, and it may answer an earlier one."""
        for fact in event.facts:
            if isinstance(fact, NodeSeen) and fact.kind in MODEL_CALLS:
                self.hosts[key] = None
            if isinstance(fact, Answered) and (other := self.runs.get(keys.canon(fact.key))) is not None:
                other.answer(fact, key, event.seq, event.at)
                grown.runs.add(other.key)

    def _run(self, key: RunKey, event: Event | Stretch, link: Link) -> Run:
        chart = self._backends[link.protocol].chart_of(link.protocol)
        run = self.runs[key] = Run(key, link.protocol, chart, str(link.fact("connection") or ""))
        run.first_at, run.first_seq = event.at, event.seq
        return run

    def _merge(self, key: RunKey, keys: Keys) -> None:
        """A key that turned out to be another's run: its links move, its run goes."""
        for other in [k for k in self.runs if k != key and keys.canon(k) == key]:
            gone = self.runs.pop(other)
            run = self.runs[key]
            run.refs += [ref for ref in gone.refs if ref not in run.refs]
            run.acts += gone.acts
            run.bygone.merge(gone.bygone)
            run.begun_at = run.begun_at if run.begun_at is not None else gone.begun_at
            for link in self.links.values():
                if other in link.runs:
                    link.runs[:] = list(dict.fromkeys(key if k == other else k for k in link.runs))

    def _note(self, frame: Frame, grown: Grown) -> None:
        text = str(frame.head.get("text", "")) or frame.kind.value
        word = word_of(frame.head)
        if word == WATCH:
            run = self.run_by_id(str(frame.head.get("run")))
            if run is not None:
                run.source = str(frame.head.get("source", "")) or None
                grown.runs.add(run.key)
        if word != "tick":
            grown.events.append(Event(None, frame.seq, 0, frame.at, frame.link, f"note {word or ''}".strip(), text))

    def _mint(self) -> RunKey:
        self._minted += 1
        return RunKey(self._minted)


def _is_piece(event: Event) -> bool:
    return len(event.facts) == 1 and isinstance(event.facts[0], MessageSeen)
