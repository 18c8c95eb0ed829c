"""A run as its facts fold: what the stream said, what the server said, and what happened inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from sys import getsizeof

from inspector.domain.bygone import Streams
from inspector.domain.charts import Chart, Ending, State
from inspector.domain.events import (
    Acted,
    Answered,
    ErrorSeen,
    Event,
    Fact,
    Identified,
    MessageSeen,
    NodeSeen,
    Noticed,
    RunKey,
    StatusSeen,
    Stretch,
    ToolCallSeen,
    Wanted,
    Witness,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A status as one witness gave it, with the frame that proves it."""

    status: StatusSeen
    seq: int
    at: float
    link: int


@dataclass(frozen=True, slots=True)
class Transition:
    """One state change. ``declared`` is false where the lifecycle does not have it."""

    source: str | None
    target: str
    seq: int
    at: float
    witness: Witness
    declared: bool


MANY = 256
"""From so many pieces on they are joined now and then: a small text takes ten times its length. The longer the text,
the rarer, so that joining takes no more than going through it."""


LONG = 256
"""From so many characters on a whole text is kept as UTF-8 where that is shorter: one emoji gives each four bytes."""


@dataclass(slots=True)
class Message:
    """A message as assembled so far. Its text is ``packed``, or ``pieces`` joined."""

    id: str
    role: str
    pieces: list[str] = field(default_factory=list)
    packed: bytes | None = None
    status: str | None = None
    reason: str | None = None
    seq: int = 0

    @property
    def text(self) -> str:
        """The text so far."""
        if self.packed is not None:
            return self.packed.decode("utf-8", "surrogatepass")
        self.join()
        return self.pieces[0] if self.pieces else ""

    def put(self, text: str) -> None:
        """This is the text."""
        packed = text.encode("utf-8", "surrogatepass") if len(text) >= LONG and not text.isascii() else None
        if packed is not None and getsizeof(packed) < getsizeof(text):
            self.pieces, self.packed = [], packed
        else:
            self.pieces, self.packed = [text], None

    def add(self, text: str) -> None:
        """The text goes on."""
        if self.packed is not None:
            self.pieces, self.packed = [self.text], None
        self.pieces.append(text)
        if len(self.pieces) > MANY and len(self.pieces) > len(self.pieces[0]) // 64:
            self.join()

    def join(self) -> None:
        """Make one piece of all."""
        if len(self.pieces) > 1:
            self.pieces[:] = ["".join(self.pieces)]


@dataclass(slots=True)
class ToolCall:
    """A tool call as assembled so far. ``output`` None = nobody answered it yet.

    Frame ``first_seq`` told of it first, at ``started_at``; its output was seen at ``answered_at`` (ms of the log).
    """

    id: str
    name: str | None = None
    pieces: list[str] = field(default_factory=list)
    output: str | None = None
    hosted: bool = False
    seq: int = 0
    first_seq: int = 0
    started_at: float = 0.0
    answered_at: float | None = None

    @property
    def arguments(self) -> str:
        """The arguments so far, as sent: a JSON text, perhaps not yet whole."""
        self.join()
        return self.pieces[0] if self.pieces else ""

    def join(self) -> None:
        """Make one piece of all."""
        if len(self.pieces) > 1:
            self.pieces[:] = ["".join(self.pieces)]


@dataclass(slots=True)
class Node:
    """One execution of a step inside the run, from frame ``first_seq`` to frame ``seq``. Times in ms of the log."""

    task: str
    name: str
    kind: str
    started_at: float
    parent: str | None = None
    ended_at: float | None = None
    phase: str = "start"
    note: str = ""
    seq: int = 0
    first_seq: int = 0
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact with its place in the log."""

    fact: Noticed | Acted | ErrorSeen
    seq: int
    at: float
    link: int


@dataclass(slots=True)
class Run:
    """Everything that is known of one run. Filled by :meth:`take`, read by the diagnosis and the views.

    ``at`` values are ms of the log. ``refs`` are the links that carried, started or acted on this run, in order;
    ``bygone`` are streams whose links were let go.
    """

    key: RunKey
    protocol: str
    chart: Chart
    connection: str = ""
    id: str | None = None
    thread: str | None = None
    name: str | None = None
    first_at: float = 0.0
    first_seq: int = 0
    last_at: float = 0.0
    refs: list[int] = field(default_factory=list)
    bygone: Streams = field(default_factory=Streams)
    state: str | None = None
    transitions: list[Transition] = field(default_factory=list)
    stream_word: Word | None = None
    server_word: Word | None = None
    server_asked_at: float | None = None
    terminal_seq: int | None = None
    terminal_at: float | None = None
    wanted: Wanted | None = None
    wanted_seq: int = 0
    wanted_at: float = 0.0
    shown_asks: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    tools: dict[str, ToolCall] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    errors: list[Seen] = field(default_factory=list)
    noticed: list[Seen] = field(default_factory=list)
    acts: list[Seen] = field(default_factory=list)
    answered_by: RunKey | None = None
    answers: RunKey | None = None
    begun_at: float | None = None
    content_at: float | None = None
    content_seq: int | None = None
    changed_at: float | None = None
    events: int = 0
    source: str | None = None

    def take(self, event: Event | Stretch) -> None:
        """Fold one event of this run, or a stretch of them."""
        if isinstance(event, Stretch):
            self._stretch(event)
            return
        _, seq, _, at, _, _, _, content, facts, happened = event
        self.events += 1
        self.last_at = at
        if content:
            moment = at if happened is None else happened
            if self.content_at is None or moment >= self.content_at:
                self.content_at, self.content_seq = moment, seq
            if self.begun_at is None:
                self.begun_at = moment
        for fact in facts:
            if isinstance(fact, MessageSeen):
                self._message(fact, seq)
            elif isinstance(fact, StatusSeen):
                self._status(fact, event)
            elif isinstance(fact, ToolCallSeen):
                self._tool(fact, event.seq, event.at)
            elif isinstance(fact, NodeSeen):
                self._node(fact, event)
            elif isinstance(fact, Wanted):
                self._want(fact, event)
            else:
                self._note(fact, event)

    def _stretch(self, pieces: Stretch) -> None:
        self.events += len(pieces)
        self.last_at = last = pieces.times[-1]
        if self.content_at is None or last >= self.content_at:
            self.content_at, self.content_seq = last, pieces.seqs[-1]
        if self.begun_at is None:
            self.begun_at = pieces.at
        for message, seq in pieces.grown:
            self._message(message, seq)

    def _note(self, fact: Fact, event: Event) -> None:
        if isinstance(fact, Identified):
            self.id, self.thread = fact.id or self.id, fact.thread or self.thread
            self.name = fact.name or self.name
        elif isinstance(fact, Answered):
            self.answers = None if fact.refused else fact.key
        elif isinstance(fact, ErrorSeen):
            self.errors.append(Seen(fact, event.seq, event.at, event.link))
        elif isinstance(fact, Noticed):
            self.noticed.append(Seen(fact, event.seq, event.at, event.link))
        elif isinstance(fact, Acted):
            self.acts.append(Seen(fact, event.seq, event.at, event.link))

    def answer(self, fact: Answered, by: RunKey, seq: int, at: float) -> None:
        """A later run, ``by``, brought what this one waits for, or some of it; or was refused with it."""
        if fact.refused:
            for output in fact.outputs:
                if (call := self.tools.get(output.id)) is not None:
                    call.output = call.answered_at = None
            self.answered_by = None if self.answered_by == by else self.answered_by
            return
        for output in fact.outputs:
            self._tool(output, seq, at)
        if fact.whole:
            self.answered_by = by

    @property
    def declared_state(self) -> State | None:
        """The present state as the chart knows it; None where there is none or nobody declared it."""
        return None if self.state is None else self.chart.by_id.get(self.state)

    @property
    def over(self) -> bool:
        """Whether a terminal state was seen."""
        state = self.declared_state
        return state is not None and state.terminal

    def notices(self, finding: str) -> Iterator[Seen]:
        """What decoders noticed under this id of the catalogue."""
        return (s for s in self.noticed if isinstance(s.fact, Noticed) and s.fact.finding == finding)

    def acted(self, action: str) -> Iterator[tuple[Acted, Seen]]:
        """The requests of this kind that somebody sent."""
        return ((s.fact, s) for s in self.acts if isinstance(s.fact, Acted) and s.fact.action == action)

    def _status(self, fact: StatusSeen, event: Event) -> None:
        if fact.witness is Witness.STREAM:
            self.stream_word = Word(fact, event.seq, event.at, event.link)
        else:
            fact = self._with_reason(fact)
            self.server_word, self.server_asked_at = Word(fact, event.seq, event.at, event.link), event.at
        now, then = self.declared_state, self.chart.by_id.get(fact.state)
        final = now is not None and now.terminal and now.ending is not Ending.UNKNOWN
        if final and not fact.refines and (then is None or not then.terminal):
            return
        if fact.state == self.state:
            return
        source = self.state
        if fact.refines and self.transitions:
            source = self.transitions.pop().source
        declared = then is not None and (fact.refines or self._reachable(source, fact))
        if source != fact.state:
            self.transitions.append(Transition(source, fact.state, event.seq, event.moment, fact.witness, declared))
        self.state, self.changed_at = fact.state, event.moment
        terminal = then is not None and then.terminal
        self.terminal_seq, self.terminal_at = (event.seq, event.at) if terminal else (None, None)

    def _with_reason(self, fact: StatusSeen) -> StatusSeen:
        """The server's word with the reason that it gave for the same before: where a thread goes on, it is gone."""
        before = None if self.server_word is None else self.server_word.status
        if fact.message or fact.code or before is None or before.state != fact.state:
            return fact
        return replace(fact, code=before.code, message=before.message)

    def _reachable(self, source: str | None, fact: StatusSeen) -> bool:
        """A poll may miss the states in between, so the server's word only has to be reachable."""
        if fact.witness is Witness.STREAM or self.chart.declares(source, fact.state):
            return self.chart.declares(source, fact.state)
        reached, todo = {source}, [source]
        while todo:
            here = todo.pop()
            for a, b in self.chart.edges:
                if a == here and b not in reached:
                    reached.add(b)
                    todo.append(b)
        return fact.state in reached

    def _want(self, fact: Wanted, event: Event) -> None:
        if fact.witness is Witness.STREAM and fact.asks:
            self.shown_asks = True
        if self.wanted is None or fact.asks != self.wanted.asks:
            self.wanted_at = event.at
        self.wanted, self.wanted_seq = fact, event.seq

    def _message(self, fact: MessageSeen, seq: int) -> None:
        ident, role, text, append, status, reason = fact
        message = self.messages.get(ident)
        if message is None:
            message = self.messages[ident] = Message(ident, role)
        if append:
            message.add(text)
        else:
            message.put(text)
        message.role = role or message.role
        message.status, message.reason = status or message.status, reason or message.reason
        message.seq = seq

    def _tool(self, fact: ToolCallSeen, seq: int, at: float) -> None:
        call = self.tools.get(fact.id)
        if call is None:
            call = self.tools[fact.id] = ToolCall(fact.id, first_seq=seq, started_at=at)
        call.name, call.hosted = fact.name or call.name, fact.hosted or call.hosted
        if fact.append:
            call.pieces.append(fact.arguments)
        elif fact.arguments:
            call.pieces = [fact.arguments]
        if fact.output is not None:
            call.answered_at = at if call.output is None else call.answered_at
            call.output = fact.output
        call.seq = seq

    def _node(self, fact: NodeSeen, event: Event) -> None:
        at = event.moment if fact.at is None else fact.at
        node = self.nodes.get(fact.task)
        if node is None:
            node = Node(fact.task, fact.name, fact.kind, at, fact.parent, first_seq=event.seq)
            self.nodes[fact.task] = node
        elif fact.at is not None:
            node.name, node.kind, node.parent = fact.name, fact.kind, fact.parent
            node.started_at = min(node.started_at, at)
            if fact.phase == "start":
                node.note = ""
        self.first_at = min(self.first_at, node.started_at)
        node.phase, node.note, node.seq = fact.phase, fact.note or node.note, event.seq
        node.ref = fact.ref or node.ref
        node.ended_at = at if fact.phase in ("end", "error") else None
