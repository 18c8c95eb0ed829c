"""The fold of one log."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.ageing import READS
from inspector.domain.book import Book, Keys
from inspector.domain.events import Event, Purpose, RunKey, ServerSaid, StatusSeen
from inspector.domain.frames import Frame, Kind
from tests.domain.toy import Story, Toy


class Shy(Toy):
    """Knows its own only by the second frame."""

    name = "shy"

    def claims(self, frames: Sequence[Frame]) -> float:
        return 0.9 if len(frames) > 1 else 0.0


def keys() -> Keys:
    return Keys(iter(map(RunKey, range(1, 99))).__next__)


def test_a_key_that_turns_out_to_be_anothers_run_is_merged_into_the_older() -> None:
    known = keys()
    old, new = known.of("r"), known.new()
    assert known.tie(new, "r") == old
    assert known.canon(new) == old
    assert known.find("r") == old
    assert known.find("other") is None


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from("abc")), max_size=12))
def test_however_keys_are_tied_an_id_has_one_key_and_the_oldest_wins(ties: list[tuple[int, str]]) -> None:
    known = keys()
    minted = [known.new() for _ in range(6)]
    for number, run in ties:
        known.tie(minted[number - 1], run)
    for _, run in ties:
        assert known.of(run) == known.canon(known.of(run))


def test_frames_wait_until_it_is_known_whose_they_are() -> None:
    book = Book([Shy()])
    grown = book.feed([Frame(1, 0.0, 1, Kind.REQUEST, {"url": "x"})])
    assert not grown.events
    grown = book.feed([Frame(2, 1.0, 1, Kind.DATA)])
    assert [event.seq for event in grown.events] == [1, 2]
    assert book.main_protocol == "shy"


def test_what_nobody_claimed_is_decoded_at_the_end() -> None:
    book = Book([Shy()])
    book.feed([Frame(1, 0.0, 1, Kind.REQUEST, {"url": "x"})])
    assert [event.seq for event in book.flush().events] == [1]


def test_the_request_says_whose_protocol_it_is() -> None:
    book = Book([Shy(), Toy()])
    book.feed([Frame(1, 0.0, 1, Kind.REQUEST, {"url": "x", "protocol": "toy"})])
    assert book.links[1].protocol == "toy"


def test_runs_of_two_connections_with_the_same_id_are_two_runs() -> None:
    book = Book([Toy()], "toy")
    for link, name in ((1, "a"), (2, "b")):
        book.feed([Frame(link, 0.0, link, Kind.REQUEST, {"url": "x", "connection": name})])
    assert [run.connection for run in book.runs.values()] == ["a", "b"]


def test_the_servers_answers_are_kept_first_and_newest() -> None:
    story = Story().request()
    for number in range(6):
        story.event(number, ServerSaid("run", "r1", number))
    said = story.case().answers("run")
    assert [answer.data for answer in said] == [0, 4, 5]
    newest = story.case().said("run")
    assert newest is not None
    assert newest.data == 5


def test_a_link_number_that_is_used_again_is_a_new_link() -> None:
    book = Book([Toy()], "toy")
    book.feed([Frame(1, 0.0, 1, Kind.REQUEST, {"url": "one"}), Frame(2, 1.0, 1, Kind.REQUEST, {"url": "two"})])
    assert book.links[1].url == "two"


def test_growth_tells_rows_and_runs_to_judge_again() -> None:
    book = Book([Toy()], "toy")
    grown = book.feed([Frame(1, 0.0, 1, Kind.REQUEST, {"url": "x", "facts": (StatusSeen("busy", "busy"),)})])
    assert [event.seq for event in grown.events] == [1]
    assert grown.runs == set(book.runs)
    assert book.run_by_id("r1") is not None
    assert [run.id for run in book.of_thread("t1")] == ["r1"]
    assert not book.of_thread(None)


def test_foreign_remarks_are_rows_without_a_run() -> None:
    book = Book([Toy()], "toy")
    grown = book.feed([Frame(1, 7.0, 0, Kind.NOTE, {"text": "hello"}), Frame(2, 8.0, 0, Kind.REST, {})])
    told = [(event.run, event.text) for event in grown.events if isinstance(event, Event)]
    assert told == [(None, "hello"), (None, "rest")]
    assert book.now == 8.0


def test_of_the_many_reads_about_one_run_the_oldest_go_and_nothing_else_does() -> None:
    story = Story().request().response().event(1)
    for number in range(READS + 20):
        story.server(2 + number, "busy")
    story.request(500, Purpose.READ)
    book, run = story.book, story.case().run
    reads = [link for link in story.case().links() if link.opened.purpose is Purpose.READ]
    assert len(reads) == READS + 1, "the newest, and the one that is not over"
    assert reads[0].number == 22
    assert run.refs == [1, *(link.number for link in reads)] == list(book.links)
    assert run.events > READS + 20
    assert story.case().link is book.links[1]
