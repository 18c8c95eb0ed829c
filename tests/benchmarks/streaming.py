"""G3: two hundred streams at once in the window, beside the same window with none."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.bench import Measured, Setting, environment, goal

ROOT = Path(__file__).parents[2]
STREAMS, RATE, FAST, SECONDS = 200, 5_000, 20_000, 5.0
STALL_MS, MORE_MS = 16.0, 6.0

SERVER = """
import asyncio, json, sys, time
rate, seconds = float(sys.argv[1]), float(sys.argv[2])
def event(name, data):
    text = f"event: {name}\\ndata: {json.dumps(data)}\\n\\n".encode()
    return b"%x\\r\\n%s\\r\\n" % (len(text), text)
async def serve(reader, writer):
    head = await reader.readuntil(b"\\r\\n\\r\\n")
    thread = head.split()[1].split(b"/")[3].decode()
    run = {"id": "run_" + thread, "object": "thread.run", "status": "in_progress", "thread_id": thread}
    text = {"content": [{"index": 0, "type": "text", "text": {"value": " word"}}]}
    delta = event("thread.message.delta", {"id": "msg_" + thread, "object": "thread.message.delta", "delta": text})
    writer.write(b"HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n")
    writer.write(event("thread.run.in_progress", run))
    begun = time.monotonic()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0, begun + number / rate - time.monotonic()))
        writer.write(delta)
        await writer.drain()
    writer.write(event("thread.run.completed", {**run, "status": "completed"}))
    writer.write(b"0\\r\\n\\r\\n")
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def _server(rate: float) -> Iterator[str]:
    line = [sys.executable, "-c", SERVER, str(rate / STREAMS), str(SECONDS + 2)]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def _window(setting: Setting, url: str, streams: int) -> dict[str, float]:
    line = [sys.executable, "-m", "tests.benchmarks.flood", url, str(streams), str(SECONDS)]
    done = subprocess.run(line, cwd=ROOT, env=environment(setting), capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


@goal("G3")
def many_streams(setting: Setting) -> Iterator[Measured]:
    """How late the window's own timer gets, and whether every event that was sent is in the log."""
    rest = statistics.median(_window(setting, "http://127.0.0.1:9", 0)["stall"] for _ in range(setting.repeats))
    for rate, bound in ((RATE, 1.0), (FAST, None)):
        found = []
        for _ in range(setting.repeats):
            with _server(rate) as url:
                found.append(_window(setting, url, STREAMS))
        stall = statistics.median(each["stall"] for each in found)
        used = statistics.median(each["cpu"] for each in found)
        what = f"{STREAMS} streams, {rate:,} events/s, {used:.0%} of a core: the window waits (p99)"
        most = min(STALL_MS, rest + MORE_MS)
        yield Measured(what, f"{stall:.1f} ms", f"at rest {rest:.1f} ms", stall / most, bound)
        sent = STREAMS * int(rate / STREAMS * (SECONDS + 2))
        lost = max(sent - int(each["heard"]) for each in found)
        yield Measured(f"of {sent:,} events sent, not in the log", f"{lost:,}", "none", float(lost), 0.0)
