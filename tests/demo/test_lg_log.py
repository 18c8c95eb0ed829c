from __future__ import annotations

from inspector.demo.lg_log import Entry, Log


def entry(number: int, run: str = "r", kept: bool = True) -> Entry:
    return Entry(run, "values", number, f"{1795222621960 + number}-0", kept)


def test_who_listens_hears_what_comes_until_it_stops() -> None:
    log, heard = Log(), list[Entry]()
    log.append(entry(0))
    stop = log.listen(heard.append)
    log.append(entry(1))
    stop()
    stop()
    log.append(entry(2))
    assert heard == [entry(1)]


def test_who_joins_late_is_given_what_is_kept() -> None:
    log = Log()
    for one in (entry(0), entry(1, kept=False), entry(2, run="other"), entry(3)):
        log.append(one)
    assert log.kept() == [entry(0), entry(2, run="other"), entry(3)]
    assert log.kept("r") == [entry(0), entry(3)]


def test_ids_are_compared_by_their_time() -> None:
    log = Log()
    for number in range(3):
        log.append(entry(number))
    assert log.kept("r", after=entry(1).id) == [entry(2)]
    for from_the_start in ("-1", "0"):
        assert len(log.kept("r", after=from_the_start)) == 3


def test_a_repeated_id_loses_what_shares_it_as_on_the_real_server() -> None:
    log = Log()
    twin = Entry("r", "updates", 9, entry(1).id, kept=True)
    for one in (entry(0), entry(1), twin, entry(2)):
        log.append(one)
    assert log.kept("r", after=entry(1).id) == [entry(2)]


def test_a_listener_may_stop_while_it_is_told() -> None:
    log, heard = Log(), list[int]()

    def once(one: Entry) -> None:
        heard.append(one.data)
        stop()

    stop = log.listen(once)
    log.append(entry(0))
    log.append(entry(1))
    assert heard == [0]
