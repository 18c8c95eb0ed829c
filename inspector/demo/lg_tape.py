"""The thread's events in the v2 protocol, made from what its runs told: what ``POST …/stream/events`` sends.

Follows what langgraph-api 0.16 makes of runs that were started through the v1 endpoints: lifecycle and input events are
synthesised, ``metadata`` and ``messages`` are dropped, and the numbers begin anew with every connection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inspector.demo.lg_log import END, STATE_UPDATE, Entry

CHANNELS = ("values", "updates", "messages", "tools", "custom", "lifecycle", "input", "tasks", "checkpoints")
_ENDS = {"success": "completed", "error": "failed", "interrupted": "interrupted"}


@dataclass(frozen=True, slots=True)
class TapeEvent:
    """One event. ``final`` is true for the lifecycle event that tells the end of a run."""

    channel: str
    seq: int
    body: dict[str, Any]
    final: bool = False

    @property
    def method(self) -> str:
        """Its name in the stream."""
        return str(self.body["method"])


class Tape:
    """Entries in, events out. ``graph_of`` names the graph of a run, ``now_ms`` is the time written into the events."""

    def __init__(self, graph_of: Callable[[str], str], now_ms: Callable[[], int]) -> None:
        self._graph_of = graph_of
        self._now_ms = now_ms
        self._seq = 0
        self._begun: set[str] = set()
        self._over: set[str] = set()
        self._asked: set[tuple[str, str]] = set()
        self._minted: Counter[str] = Counter()

    def feed(self, entry: Entry) -> list[TapeEvent]:
        """The events that an entry makes."""
        if entry.name == STATE_UPDATE:
            return []
        events: list[TapeEvent] = []
        if entry.run not in self._begun and entry.name != END:
            self._begun.add(entry.run)
            events.append(self._lifecycle(entry.run, "running"))
        if entry.name == END:
            word = _ENDS.get(str(entry.data))
            return events + (self._end(entry.run, word) if word else [])
        if entry.name == "error":
            return events + self._end(entry.run, "failed", str(entry.data.get("message", "")))
        return events + self._plain(entry)

    def _plain(self, entry: Entry) -> list[TapeEvent]:
        data = entry.data
        if entry.name == "values":
            events = self._input(entry.run, data.get("__interrupt__", []))
            values = {key: value for key, value in data.items() if key != "__interrupt__"}
            return [*events, self._event(entry.id, "values", values)]
        if entry.name == "updates":
            if "__interrupt__" in data:
                return self._input(entry.run, data["__interrupt__"])
            node, update = next(iter(data.items()))
            return [self._event(entry.id, "updates", update, node)]
        if entry.name == "custom":
            return [self._event(entry.id, "custom", {"payload": data})]
        if entry.name == "tasks":
            return [self._event(entry.id, "tasks", data)]
        return []

    def _input(self, run: str, asked: list[dict[str, Any]]) -> list[TapeEvent]:
        events = []
        for one in asked:
            if (run, one["id"]) not in self._asked:
                self._asked.add((run, one["id"]))
                data = {"interrupt_id": one["id"], "payload": one["value"]}
                name = f"synth:{run}:input||{one['id']}"
                events.append(self._make("input", "input.requested", name, data))
        return events + (self._end(run, "interrupted") if events else [])

    def _end(self, run: str, word: str, error: str = "") -> list[TapeEvent]:
        if run in self._over or run not in self._begun:
            return []
        self._over.add(run)
        return [self._lifecycle(run, word, error)]

    def _lifecycle(self, run: str, word: str, error: str = "") -> TapeEvent:
        data = {"event": word, "graph_name": self._graph_of(run)} | ({"error": error} if error else {})
        return self._make("lifecycle", "lifecycle", f"synth:{run}:lc||{word}", data, final=word != "running")

    def _event(self, entry: str, method: str, data: Any, node: str | None = None) -> TapeEvent:
        again = self._minted[entry]
        self._minted[entry] += 1
        return self._make(method, method, f"{entry}.{again}" if again else entry, data, node)

    def _make(
        self, channel: str, method: str, id_: str, data: Any, node: str | None = None, *, final: bool = False
    ) -> TapeEvent:
        self._seq += 1
        params = {"namespace": [], "timestamp": self._now_ms(), "data": data} | ({"node": node} if node else {})
        body = {"type": "event", "event_id": id_, "seq": self._seq, "method": method, "params": params}
        return TapeEvent(channel, self._seq, body, final)
