"""Which run an event of the v2 wire is about, where only the answer to the command that began it tells its id.

Python names the run in synthesized ids. JS names it in the metadata of its tasks, after its first word, and not at all
where no tasks are asked for. The answer to the command and the first word come over two connections, in any order.
"""

from __future__ import annotations

from inspector.domain.events import RunKey
from inspector.protocols.exchange import Exchange
from inspector.protocols.langgraph.rows import Rows
from inspector.protocols.langgraph.v2 import V2Event, begins


class Began:
    """By thread: the run that a command began and no stream has shown, and the one shown that nobody has named."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._asked: dict[str, float] = {}
        self._named: dict[str, str] = {}
        self._shown: dict[str, tuple[Exchange, float]] = {}

    def asked(self, x: Exchange, now: float) -> None:
        """A command was sent, at log time ``now`` (ms)."""
        self._asked[x.ids.get("thread", "")] = now

    def run_of(self, x: Exchange, event: V2Event, now: float) -> RunKey | None:
        """Whose event it is; None where no run was told yet."""
        keys = self._rows.keys
        if begins(event):
            x.run = self._begun(x, event, now)
        elif event.run_id is not None:
            if x.run is not None and self._rows.run(x.run, None, None).id is None:
                self._name(x, event.run_id)
            else:
                x.run = keys.of(event.run_id)
        return x.run

    def named(self, x: Exchange, run_id: str) -> RunKey:
        """The answer to a command named the run that it began."""
        thread = x.ids.get("thread", "")
        stream, at = self._shown.pop(thread, (None, 0.0))
        if stream is not None and stream.run is not None and at >= self._asked.get(thread, 0.0):
            if self._rows.run(stream.run, None, None).id is None:
                self._name(stream, run_id)
        elif self._rows.keys.find(run_id) is None:
            self._named[thread] = run_id
        return self._rows.keys.of(run_id)

    def _begun(self, x: Exchange, event: V2Event, now: float) -> RunKey:
        keys, thread = self._rows.keys, x.ids.get("thread", "")
        run_id = event.run_id or self._named.get(thread)
        self._named.pop(thread, None)
        if run_id is not None:
            return keys.of(run_id)
        self._shown[thread] = (x, now)
        return keys.new()

    def _name(self, x: Exchange, run_id: str) -> None:
        assert x.run is not None
        old, x.run = x.run, self._rows.keys.tie(x.run, run_id)
        self._rows.merge(old, x.run, run_id, x.ids.get("thread", ""))
