from __future__ import annotations

import httpx

from inspector.demo.gr_scripts import PARTS, task_of
from inspector.demo.gr_server import BASE
from tests.demo.gr_support import Visit
from tests.demo.support import running


def files(made: Visit) -> dict[str, str]:
    found: dict[str, str] = made.texts()[-1]["output"]
    return found


def test_a_command_that_went_wrong_goes_well_the_second_time() -> None:
    first = Visit()
    first.start(task_of("no-report"))
    first.turn(60)
    assert files(first)["pdf"] == ""
    second = Visit(first.clock, first.server)
    second.start(task_of("no-report"))
    second.turn(60)
    assert files(second)["pdf"]


async def test_what_it_answers_over_http() -> None:
    async with running() as demo:
        page = await demo.client.get(BASE + "/")
        assert "GPT Researcher" in page.text
        (report,) = (await demo.json("GET", BASE + "/api/reports"))["reports"]
        assert (await demo.json("GET", f"/api/reports/{report['id']}"))["report"]["answer"] == "".join(PARTS)
        await demo.json("GET", "/outputs/none.md", status=404)
        refused = await demo.client.get("/elsewhere", headers={"upgrade": "websocket", "connection": "upgrade"})
        assert refused.status_code == 404


async def test_the_files_of_a_task_can_be_fetched() -> None:
    async with running() as demo:
        made = demo.server.researcher.publish("x", "# Report")
        bare = demo.server.researcher.publish("x", None)
        for base in ("", BASE):
            reply = await demo.client.get(f"{base}/{made['md']}")
            assert (reply.text, reply.headers["content-type"]) == ("# Report", "text/markdown; charset=utf-8")
        assert isinstance(await demo.json("GET", f"/{made['json']}"), dict)
        async with httpx.AsyncClient(base_url=demo.server.url_gpt_researcher) as client:
            assert (await client.get(f"/{bare['md']}")).status_code == 404
