"""The demo server and replays, served from the command line."""

from __future__ import annotations

import asyncio
import re
import shlex
from pathlib import Path

import pytest

from inspector.cli import serving
from inspector.cli.parser import parse
from inspector.demo.server import SCENES
from inspector.domain.errors import UserError
from inspector.services.tasks import Tasks
from tests.cli.shop import Shell
from tests.house.sources import ROOT

pytestmark = pytest.mark.anyio

INTERRUPT = ROOT / "tests/recordings/demo/langgraph_interrupt.wire.jsonl"


class Served:
    """A server that ``serve`` runs in this loop, and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._tasks = Tasks(lambda name, error: None)
        self._capsys = capsys
        self._task: asyncio.Task[int] | None = None

    async def begin(self, *words: str) -> str:
        self._task = self._tasks.start("serve", serving.serve(parse(["serve", *words])), awaited=True)
        said = ""
        while not re.search(r"http://\S+", said):
            await asyncio.sleep(0)
            said += self._capsys.readouterr().out
            if self._task.done():
                await self._task
        return said

    async def end(self) -> int:
        assert self._task is not None
        self._task.cancel()
        return await self._task


async def test_every_scene_is_told_with_the_command_that_enters_it(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    served = Served(capsys)
    said = await served.begin("--speed", "50")
    commands = {
        name: shlex.split(command)
        for name, command in re.findall(r"^(\S+): .+\n  stream-inspector (.+)$", said, re.MULTILINE)
    }
    assert set(commands) == {scene.name for scene in SCENES}
    watched = await shell(*commands["langgraph-interrupt"], exits=0)
    assert "WAITING" in watched.out
    started = await shell(*commands["assistants-healthy"], exits=0)
    assert "COMPLETED" in started.out
    assert await served.end() == 0


async def test_a_recording_is_replayed_to_any_client(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    served = Served(capsys)
    said = await served.begin(str(INTERRUPT), "--speed", "10")
    assert said.startswith(f"replaying {INTERRUPT} at http://127.0.0.1:")
    url = said.split()[-1]
    place = re.search(r"/threads/([0-9a-f-]{36})/runs/([0-9a-f-]{36})", INTERRUPT.read_text("utf-8"))
    assert place is not None
    thread, run = place.groups()
    watched = await shell("watch", url, run, "--thread", thread, "--protocol", "langgraph", "--json", exits=0)
    assert watched.last["ending"] == "waiting"
    assert await served.end() == 0


@pytest.mark.parametrize("file", ["nowhere.jsonl", "empty"])
async def test_a_file_that_cannot_be_replayed_is_said(shell: Shell, tmp_path: Path, file: str) -> None:
    (tmp_path / "empty").touch()
    said = await shell("serve", str(tmp_path / file), exits=2)
    assert (said.out, said.err.count("\n")) == ("", 1)


async def test_a_port_that_is_taken_is_said(shell: Shell) -> None:
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    said = await shell("serve", "--port", str(port), exits=2)
    taken.close()
    await taken.wait_closed()
    assert f"Port {port}" in said.err


def test_scenes_are_listed_and_known_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert serving.list_scenes() == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [scene.name for scene in SCENES]
    serving.refuse_unknown(SCENES[0].name)
    with pytest.raises(UserError, match="There is no scene “bongo”; there are langgraph-healthy"):
        serving.refuse_unknown("bongo")
