"""G14: what the capture proxy adds to the way of an event, in a process of its own as it is used."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.bench import Measured, Setting, environment, goal

RATE, SECONDS = 50, 6.0
GOALS = ((10, 1.0), (50, 5.0))
"""Streams at a time, and the milliseconds that the proxy may add to half of their events."""

SERVER = """
import asyncio, sys, time
rate, seconds = float(sys.argv[1]), float(sys.argv[2])
async def serve(reader, writer):
    head = await reader.readuntil(b"\\r\\n\\r\\n")
    length = [int(l.split(b":")[1]) for l in head.lower().split(b"\\r\\n") if l.startswith(b"content-length")]
    await reader.readexactly(length[0] if length else 0)
    writer.write(b"HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n")
    begun = time.monotonic()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0, begun + number / rate - time.monotonic()))
        event = b'event: x\\ndata: {"at":%d,"pad":"%s"}\\n\\n' % (time.monotonic_ns(), b"." * 150)
        writer.write(b"%x\\r\\n%s\\r\\n" % (len(event), event))
    writer.write(b"0\\r\\n\\r\\n")
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
_AT = re.compile(rb'"at":(\d+)')


@goal("G14")
def latency(setting: Setting) -> Iterator[Measured]:
    """The middle of all events' times from the server to the app, through the proxy and without it."""
    with _server() as direct, _proxy(setting, direct) as proxied:
        for streams, most in GOALS:
            without, through = (statistics.median(_times(port, streams)) for port in (direct, proxied))
            added = through - without
            what = f"added by the proxy, {streams} streams at {RATE} events/s (p50)"
            yield Measured(what, f"{through:.2f} ms", f"{without:.2f} ms without", added / most, 1.0)


def _times(port: int, streams: int) -> list[float]:
    """Milliseconds on the way, of every event."""
    return asyncio.run(_all(port, streams))


async def _all(port: int, streams: int) -> list[float]:
    return [at for times in await asyncio.gather(*(_one(port) for _ in range(streams))) for at in times]


async def _one(port: int) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b'{"model":"m","input":"x","stream":true}'
    head = f"POST /v1/responses HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    times: list[float] = []
    while data := await reader.read(1 << 16):
        now = time.monotonic_ns()
        times += [(now - int(at)) / 1e6 for at in _AT.findall(data)]
        if data.endswith(b"0\r\n\r\n"):
            break
    writer.close()
    return times


@contextmanager
def _server() -> Iterator[int]:
    line = [sys.executable, "-c", SERVER, str(RATE), str(SECONDS)]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def _proxy(setting: Setting, port: int) -> Iterator[int]:
    line = [sys.executable, "-m", "inspector", "proxy", "--upstream", f"http://127.0.0.1:{port}", "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=environment(setting)) as process:
        assert process.stdout is not None
        try:
            yield int(json.loads(process.stdout.readline())["proxy"]["port"])
        finally:
            process.terminate()
