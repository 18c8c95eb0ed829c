"""``serve``: the demo server, or a recording replayed, until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from inspector.cli.output import say
from inspector.demo.ag_scenes import AGENTS
from inspector.demo.replay import ReplayServer
from inspector.demo.scenes import Scene
from inspector.demo.server import SCENES, DemoServer
from inspector.domain.errors import UserError
from inspector.wiring import build_hub, proxying


def list_scenes() -> int:
    """The scenes of the demo server, and what each teaches."""
    width = max(len(scene.name) for scene in SCENES)
    for scene in SCENES:
        say(f"{scene.name:<{width}}  {scene.teaches}")
    return 0


def refuse_unknown(name: str) -> None:
    """UserError for what is no scene."""
    names = [scene.name for scene in SCENES]
    if name not in names:
        raise UserError(f"There is no scene “{name}”; there are {', '.join(names)}.")


async def serve(args: argparse.Namespace) -> int:
    """Serves on loopback until the process is interrupted."""
    if args.file is None:
        return await _demo(args)
    server = await ReplayServer.start(args.file, args.port, speed=args.speed)
    try:
        say(f"replaying {args.file} at {server.url}")
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    finally:
        await server.aclose()
    return 0


async def _demo(args: argparse.Namespace) -> int:
    """The demo server, and a capture proxy before it for the scene whose app is not ours to start."""
    server = await DemoServer.start(args.port, speed=args.speed)
    with TemporaryDirectory(prefix="stream-inspector-") as folder:
        hub = build_hub()
        try:
            record = Path(folder) / "demo.session"
            await hub.record_to(record)
            async with proxying(hub, server.url_responses, 0) as proxy:
                server.through = proxy.url
                await _play(server, record)
                with suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
        finally:
            await hub.aclose()
            await server.aclose()
    return 0


async def _play(server: DemoServer, record: Path) -> None:
    """Begin all scenes, and say how each is entered."""
    protocols = dict.fromkeys(scene.protocol for scene in server.scenes)
    say("\n".join(f"{protocol:<16}{server.url_of(protocol)}" for protocol in protocols))
    for scene in server.scenes:
        played = await server.play(scene.name)
        say(f"\n{played.name}: {played.teaches}\n  {entrance(played, server.url_of(scene.protocol))}")
        if scene.protocol == AGENTS:
            say(f"  stream-inspector act kick {server.url_of(AGENTS)} EXCHANGE\n  stream-inspector diagnose {record}")


def entrance(scene: Scene, url: str) -> str:
    """The command that enters a scene."""
    if scene.protocol == AGENTS:
        return f"stream-inspector runs {url}"
    options = f"--protocol {scene.protocol}"
    if scene.start is None:
        thread = "" if scene.thread is None else f" --thread {scene.thread}"
        return f"stream-inspector watch {url} {scene.run}{thread} {options}"
    return f"stream-inspector start {url} {options} --data {shlex.quote(json.dumps(dict(scene.start)))}"
