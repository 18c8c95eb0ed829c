from __future__ import annotations

import json
from typing import Any

from inspector.domain.charts import Ending
from inspector.protocols.gpt_researcher.logfile import is_log
from tests.protocols.gpt_researcher.talk import Talk

BEGAN = "2026-11-21T01:00:00.000"


def step(second: float, content: str, output: Any = "…") -> dict[str, Any]:
    data = {"type": "logs", "content": content, "output": output, "metadata": None}
    return {"timestamp": f"2026-11-21T01:00:{second:06.3f}", "type": "event", "data": data}


def log(*steps: dict[str, Any], query: str = "") -> str:
    return json.dumps({"timestamp": BEGAN, "events": list(steps), "content": {"query": query}})


def opened(words: str) -> Talk:
    return Talk().fetched(0, words, path="/outputs/task_1.json")


def test_the_steps_of_a_saved_log_are_told_and_its_end_is_not() -> None:
    first = step(1, "starting_research", "🔍 Starting the research task for 'What is new?'...")
    talk = opened(
        log(first, step(3, "planning_research"), step(4, "running_subquery_research"), step(9, "writing_report"))
    )
    (run,) = talk.runs()
    assert run.name == "What is new?"
    assert talk.verdict().ending is Ending.UNKNOWN
    assert [(node.name, node.started_at, node.ended_at) for node in run.nodes.values()] == [
        ("planning", 1000.0, 4000.0),
        ("searching", 4000.0, 9000.0),
        ("writing", 9000.0, None),
    ]


def test_the_report_of_the_agents_is_in_it_and_the_task_may_be() -> None:
    talk = opened(log(step(1, "research_report", {"report": "# T"}), query="why?"))
    (run,) = talk.runs()
    assert (run.name, [message.text for message in run.messages.values()]) == ("why?", ["# T"])


def test_odd_logs_are_read_all_the_same() -> None:
    for words in (log(), log({"timestamp": 3, "data": 4}, {}), log(step(1, "new_step"))):
        talk = opened(words)
        assert len(talk.runs()) == 1
        assert talk.verdict().ending is Ending.UNKNOWN
    odd = '{"timestamp": 1, "events": [3, {"data": {"content": "subqueries"}, "timestamp": "soon"}], "content": {}}'
    assert opened(odd).runs()


def test_another_json_file_is_no_log() -> None:
    assert not is_log([])
    assert not opened('{"events": 3}').runs()
