"""Reads of ours that told nothing new are routine; what failed or changed something is not."""

from __future__ import annotations

from inspector.domain.book import Book
from inspector.domain.events import Acted, ErrorSeen, Fact, Opened, Purpose, Repeated, StatusSeen, Witness
from inspector.domain.frames import Frame, Kind
from inspector.domain.routine import Routine
from inspector.domain.rows import Rows
from tests.domain.toy import Toy

BUSY = StatusSeen("busy", "busy", Witness.SERVER)


class Log:
    """Reads of a run, one after the other."""

    def __init__(self) -> None:
        self.book = Book([Toy()], "toy")
        self.rows = Rows()
        self.seq = self.link = self.told = 0

    def frame(self, kind: Kind, name: str, *facts: Fact, **head: object) -> None:
        self.seq += 1
        frame = Frame(self.seq, self.seq * 10.0, self.link, kind, {"name": name, "facts": facts, **head})
        self.rows.append(self.book.feed([frame]).events)

    def read(self, *told: Fact, status: int = 200, how: str = "eof", ours: bool = True, again: bool = False) -> None:
        self.link += 1
        whose = {"connection": "c"} if ours else {}
        self.frame(Kind.REQUEST, "GET /runs/1", Opened(Purpose.READ), method="GET", url="http://x/runs/1", **whose)
        self.frame(Kind.RESPONSE, str(status), status=status)
        self.frame(Kind.DATA, "run", *told)
        self.frame(Kind.END, "end", *([Repeated(self.told)] if again else []), how=how, by="server")
        self.told = self.seq

    def routine(self) -> str:
        """A letter for each row: r for routine, else the first one of its name."""
        mask = self.book.routine.mask(self.rows, 0, len(self.rows))
        return "".join("r" if bit else self.rows.name(row)[0].upper() for row, bit in enumerate(mask))


def test_of_a_read_only_the_answer_tells_something_and_the_same_answer_nothing() -> None:
    log = Log()
    log.read(BUSY)
    assert log.routine() == "rrRr"
    log.read(BUSY, again=True)
    assert log.routine() == "rrRrrrrr"


def test_what_failed_is_seen_whole() -> None:
    log = Log()
    log.read(status=500)
    log.read(how="cut")
    assert log.routine() == "G5REG2RE"
    assert log.book.routine.failures == 2


def test_what_nobody_answered_is_seen_where_the_log_is_over() -> None:
    log = Log()
    log.read(BUSY)
    log.link += 1
    log.frame(Kind.REQUEST, "GET /runs/1", Opened(Purpose.READ), method="GET", url="http://x/runs/1", connection="c")
    assert log.routine() == "rrRrr"
    log.book.flush()
    assert log.routine() == "rrRrG"


def test_an_answer_that_changed_the_run_is_seen_though_it_is_the_one_before() -> None:
    log = Log()
    log.read(BUSY)
    log.read(StatusSeen("asking", "asking"), again=True)
    log.read(ErrorSeen("run", "no"), again=True)
    log.read(BUSY, again=True)
    assert log.routine() == "rrRrrrRrrrRrrrRr"
    log.read(BUSY, again=True)
    assert log.routine().endswith("rrrr")


def test_that_nothing_has_changed_is_news_where_something_should_have() -> None:
    log = Log()
    log.read()
    for fact in (StatusSeen("busy", "busy"), Acted("cancel", True)):
        log.frame(Kind.DATA, "event", fact)
        log.read(again=True)
        assert log.routine().endswith("rrRr")
        log.read(again=True)
        assert log.routine().endswith("rrrr")


def test_a_read_that_was_answered_with_a_stream_is_none() -> None:
    log = Log()
    log.read(Opened(Purpose.JOIN, joined=True), BUSY)
    assert log.routine() == "G2RE"
    assert log.book.routine.failures == 1


def test_what_an_app_asked_for_is_its_own() -> None:
    log = Log()
    log.read(BUSY, ours=False)
    log.read(BUSY, ours=False, again=True)
    assert log.routine() == "G2RE" * 2


def test_part_of_a_log_and_numbers_that_a_file_makes_up() -> None:
    log = Log()
    log.read(BUSY)
    assert Routine().mask(log.rows, 0, 4) == bytes(4), "no read of ours was heard of"
    log.link = 1 << 40
    log.read(BUSY, again=True)
    assert log.routine() == "rrRrG2RE"
    assert log.book.routine.mask(log.rows, 1, 4) == b"\1\0\1"
    assert log.book.routine.mask(log.rows, 3, 3) == b""
