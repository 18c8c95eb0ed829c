"""Letting exchanges go that are over: who watches for hours asks, and joins again what was cut, thousands of times.

Their rows stay in the log, and no verdict changes by it: of streams only those go of which the rules could learn
nothing but what an older and a newer one tell as well.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence

from inspector.domain.bygone import Exchanges, Stream
from inspector.domain.events import Purpose, RunKey
from inspector.domain.link import Link
from inspector.domain.run import Run

READS = 50
"""So many exchanges that only asked how a run stands are kept for each: who asks every five seconds asks for hours."""

ALL_READS = 2_000
"""So many are kept of all runs together: most runs of a day are over. The newest of each stays."""

STREAMS = 10
"""So many streams of a run that ended last are kept in any case."""


class Ageing:
    """Takes out of ``links`` what is to go, and out of the ``refs`` of its runs."""

    def __init__(self, links: dict[int, Link], runs: Mapping[RunKey, Run], gone: Exchanges) -> None:
        self._links = links
        self._runs = runs
        self._gone = gone
        self._reads: dict[RunKey | str, deque[int]] = {}
        self._all_reads: deque[tuple[RunKey | str, int]] = deque()

    def ended(self, link: Link) -> None:
        """An exchange is over: others may have become too many."""
        if link.opened.purpose is Purpose.READ:
            self._read(link)
        elif link.opened.purpose is Purpose.JOIN:
            known: dict[RunKey, Alike] = {}
            for run in [self._runs[key] for key in link.runs if key in self._runs]:
                over = self._over(run)
                for old in over[: max(0, len(over) - STREAMS)]:
                    all_ = [self._alike(self._runs[key], known) for key in old.runs if key in self._runs]
                    if all(alike.tell(old) for alike in all_):
                        self._let_go(old)
                        for alike in all_:
                            alike.drop(old)

    def _read(self, link: Link) -> None:
        about = link.runs[0] if link.runs else link.url
        reads = self._reads.setdefault(about, deque())
        reads.append(link.number)
        self._all_reads.append((about, link.number))
        if len(reads) > READS:
            self._drop(reads.popleft())
        while len(self._all_reads) > ALL_READS:
            about, number = self._all_reads.popleft()
            reads = self._reads[about]
            if number in reads and len(reads) > 1:
                self._drop(reads.popleft())  # perhaps an older one, which was the newest when its turn came

    def _drop(self, number: int) -> None:
        if (old := self._links.get(number)) is not None:
            self._let_go(old)

    def _over(self, run: Run) -> list[Link]:
        """The streams that we joined and that are over, by their ends. What an app did is a part of its story."""
        known = (self._links[ref] for ref in run.refs if ref in self._links)
        over = (one for one in known if one.opened.purpose is Purpose.JOIN and one.end is not None)
        ours = (one for one in over if one.fact("connection") is not None)
        plain = [one for one in ours if not one.socket and not one.url.startswith("ws")]
        return sorted(plain, key=lambda one: one.last_seq)

    def _alike(self, run: Run, known: dict[RunKey, Alike]) -> Alike:
        if run.key not in known:
            known[run.key] = Alike(run, self._over(run))
        return known[run.key]

    def _let_go(self, link: Link) -> None:
        del self._links[link.number]
        self._gone.add(link)
        for run in (self._runs.get(key) for key in link.runs):
            if run is not None and link.number in run.refs:
                run.refs.remove(link.number)
                if link.streams:
                    run.bygone.add(Stream.of(link))


class Alike:
    """The streams of a run that are over, by what rules ask of them: each is looked at once."""

    def __init__(self, run: Run, over: Sequence[Link]) -> None:
        told = {seen.link for seen in run.errors}
        self._kinds = {one.number: _kind(one, run, told) for one in over}
        self._of: dict[tuple[object, ...], list[Link]] = {}
        for one in over:
            self._of.setdefault(self._kinds[one.number], []).append(one)

    def tell(self, old: Link) -> bool:
        """Whether an older and a newer stream are to every rule what this one is: whichever is looked for is found."""
        alike = self._of.get(self._kinds.get(old.number, ()), ())
        older = any(one.number < old.number and one.last_seq < old.last_seq for one in alike)
        newer = (one for one in alike if one.number > old.number and one.last_seq > old.last_seq)
        return older and any((one.last_byte_at or 0.0) >= (old.last_byte_at or 0.0) for one in newer)

    def drop(self, old: Link) -> None:
        """It was let go, and tells of no other any more."""
        kind = self._kinds[old.number]
        self._of[kind] = [one for one in self._of[kind] if one is not old]


def _kind(link: Link, run: Run, told: set[int]) -> tuple[object, ...]:
    """What rules ask of a stream that is over, and of what was said before its end and after it."""
    stream, server = run.stream_word, run.server_word
    return (
        link.opened,
        link.method,
        link.status,
        link.condition(0.0, 0.0),
        None if link.end is None else str(link.end.head.get("how")),
        link.ended_by,
        link.headers_at is None,
        link.first_event_at is None,
        link.last_byte_at is None,
        link.not_a_stream,
        link.number in told,
        stream is not None and stream.seq <= link.last_seq,
        server is not None and link.end is not None and server.seq > link.end.seq,
        bisect_right(run.transitions, link.last_seq, key=lambda change: change.seq),
    )
