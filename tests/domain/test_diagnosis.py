"""The verdict as a whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.adapter import Rule
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import clocks, judge, rules_for
from inspector.domain.events import Purpose
from inspector.domain.findings import CATALOGUE, Evidence
from tests.domain.toy import CHART, Story

STEP = st.tuples(
    st.sampled_from(["request", "response", "event", "state", "beat", "end", "server"]),
    st.sampled_from([s.id for s in CHART.states] + ["nonsense"]),
    st.sampled_from(["eof", "cut", "reset", "refused", "closed"]),
    st.sampled_from(["server", "client"]),
    st.sampled_from(list(Purpose)),
    st.sampled_from([200, 101, 404, 409, 500]),
    st.floats(0, 90),
)


def tell(steps: list[tuple[str, str, str, str, Purpose, int, float]]) -> Story:
    story, at = Story().request(), 0.0
    for what, state, how, by, purpose, status, later in steps:
        at += later
        if what == "request":
            story.request(at, purpose)
        elif what == "response":
            story.response(at, status)
        elif what == "event":
            story.event(at)
        elif what == "state":
            story.state(at, state)
        elif what == "beat":
            story.beat(at)
        elif what == "end":
            story.end(at, how, by)
        else:
            story.server(at, state)
    return story


@given(st.lists(STEP, max_size=12), st.booleans(), st.floats(0, 1000))
def test_any_story_has_exactly_one_ending_and_only_known_findings(
    steps: list[tuple[str, str, str, str, Purpose, int, float]], terminal: bool, later: float
) -> None:
    story = tell(steps)
    verdict = story.verdict(story.at + later, terminal)
    assert verdict.ending in Ending
    assert {f.id for f in verdict.findings} <= set(CATALOGUE)
    assert verdict.due is None or verdict.due > (story.at + later) * 1000
    state = story.case().run.declared_state
    if verdict.ending is Ending.COMPLETED:
        assert getattr(state, "ending", None) is Ending.COMPLETED, "success is never guessed"


@given(st.lists(STEP, max_size=12), st.booleans())
def test_a_verdict_changes_by_itself_only_when_it_said_so(
    steps: list[tuple[str, str, str, str, Purpose, int, float]], terminal: bool
) -> None:
    story = tell(steps)
    first = story.verdict(story.at, terminal)
    until = min(first.due, story.at * 1000 + 400_000) if first.due is not None else story.at * 1000 + 400_000
    second = judge(story.case(), until - 1, (), terminal) if until - 1 > story.at * 1000 else first
    assert {f.id for f in first.findings} == {f.id for f in second.findings}
    assert first.ending == second.ending


def test_the_worst_comes_first_and_names_the_verdict() -> None:
    story = Story().request().response().state(1, "busy").end(2)
    verdict = story.verdict()
    assert verdict.findings[0].severity == verdict.worst == "error"
    assert Story().request().response().state(1, "done").verdict().worst is None


def test_three_clocks_keep_alives_wind_only_the_first() -> None:
    story = Story().request().response(1).state(2, "queued").event(3).beat(9)
    ages = clocks(story.case(), 10_000)
    assert (ages.byte, ages.content, ages.change) == (1_000, 7_000, 8_000)
    assert clocks(Story().request().case(), 5_000).byte is None


def test_a_backends_own_rule_takes_the_place_of_the_common_one() -> None:
    own = Rule("stream.cut", lambda case, now: Evidence((1,)))
    rules = rules_for(True, (own,))
    assert [rule for rule in rules if rule.id == "stream.cut"] == [own]
    assert len({rule.id for rule in rules}) == len(rules)
