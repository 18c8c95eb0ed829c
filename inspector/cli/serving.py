"""``serve``: the demo server, or a recording replayed, until it is interrupted."""

from __future__ import annotations

import asyncio
from pathlib import Path

from inspector.demo.replay import ReplayServer
from inspector.demo.scenes import SCENES
from inspector.demo.server import DemoServer


def list_scenes() -> int:
    """The scenes of the demo server, and what each teaches."""
    for scene in SCENES:
        print(f"{scene.name:<32} {scene.protocol:<11} {scene.teaches}")
    return 0


async def serve(file: Path | None, port: int, speed: float) -> int:
    """Serves on loopback until the process is interrupted."""
    if file is not None:
        replay = await ReplayServer.start(file, port, speed=speed)
        print(f"replaying {file} at {replay.url}", flush=True)
        await _for_ever(replay)
        return 0
    demo = await DemoServer.start(port, speed=speed)
    print(f"langgraph   {demo.url_langgraph}\nassistants  {demo.url_assistants}", flush=True)
    for scene in demo.scenes:
        await demo.play(scene.name)
    for scene in demo.scenes:
        print(f"{scene.name:<32} {scene.enter}", flush=True)
    await _for_ever(demo)
    return 0


async def _for_ever(server: ReplayServer | DemoServer) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await server.aclose()
