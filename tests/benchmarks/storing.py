"""G7, G8, G10: what a recording weighs on disk and its rows in memory, and what survives a kill."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.protocols.registry import ADAPTERS
from inspector.services.ledger import Ledger
from inspector.store.open import open_log
from inspector.store.session import SessionReader, SessionWriter
from tests.benchmarks.bench import Measured, Setting, goal, wall
from tests.benchmarks.material import frames, write_session, write_wire

RECORDINGS = Path(__file__).parents[1] / "recordings"
SMALLEST = 50_000
EVENTS = 50_000
KILLS = 10
WRITER = """
import os, sys
from pathlib import Path
from inspector.store.session import SessionWriter
from tests.benchmarks.material import frames
log = list(frames(100_000))
for line in sys.stdin:
    path = line.strip()
    child = os.fork()
    if child == 0:
        told = os.open(path + ".told", os.O_WRONLY | os.O_CREAT)
        writer = SessionWriter.create(Path(path), {})
        for start in range(0, len(log), 50):
            writer.append(log[start : start + 50])
            os.write(told, f"{writer.last_seq:8}".encode())
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@goal("G7")
def memory(setting: Setting) -> Iterator[Measured]:
    """Bytes of the rows and of the fold, for each further event; the pause of a full collection."""
    gc.collect()
    empty = wall(gc.collect) * 1000
    log = list(frames(2 * EVENTS))
    tracemalloc.start()
    ledger = Ledger(1, tuple(ADAPTERS.values()), "assistants")
    half = len(log) // 2
    for start in range(0, half, 2000):
        ledger.take(log[start : min(start + 2000, half)])
    gc.collect()
    rows, before = len(ledger.rows), tracemalloc.get_traced_memory()[0]
    for start in range(half, len(log), 2000):
        ledger.take(log[start : start + 2000])
    gc.collect()
    held = (tracemalloc.get_traced_memory()[0] - before) / (len(ledger.rows) - rows)
    tracemalloc.stop()
    few = [json.loads(f.body.partition(b"data: ")[2]) for f in log[:5000] if f.kind is Kind.DATA and b"{" in f.body]
    del few[1000:]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    dicts = [json.loads(json.dumps(one)) for one in few]
    theirs = (tracemalloc.get_traced_memory()[0] - before) / len(dicts)
    tracemalloc.stop()
    yield Measured("memory per further event", f"{held:.0f} B", "at most 48 B", held / 48, 1.0)
    yield Measured(
        "the same beside a dict of each event", f"{held:.0f} B", f"{theirs:.0f} B", theirs / held, None, 20.0
    )
    del log, few, dicts
    gc.collect()
    pause = wall(gc.collect) * 1000 - empty
    yield Measured(
        f"what {len(ledger.rows):,} rows add to a full collection", f"{pause:.1f} ms", "at most 20 ms", pause / 20, 1.0
    )


@goal("G8")
def size(setting: Setting) -> Iterator[Measured]:
    """The session file beside the wire log of the same frames."""
    worst = (0.0, "", 0, 0)
    for path in sorted(RECORDINGS.rglob("*.wire.jsonl")):
        whole = path.stat().st_size
        if whole < SMALLEST:
            continue
        session = setting.folder / f"{path.parent.name}-{path.stem}.session"
        log = open_log(path)
        with SessionWriter.create(session, log.head) as writer:
            for frame in log:
                writer.append([frame])
        taken = session.stat().st_size
        worst = max(worst, (taken / whole, path.name, taken, whole))
    yield Measured(
        f"real, the worst of those above 50 kB ({worst[1]})", f"{worst[2]:,} B", f"{worst[3]:,} B", worst[0], 0.15
    )
    session, wire = setting.folder / "size.session", setting.folder / "size.wire.jsonl"
    write_session(session, EVENTS)
    write_wire(wire, EVENTS)
    ours, theirs = session.stat().st_size, wire.stat().st_size
    yield Measured(f"made up, {EVENTS:,} events", f"{ours / 1e6:.1f} MB", f"{theirs / 1e6:.1f} MB", ours / theirs, 0.15)


@goal("G10")
def kills(setting: Setting) -> Iterator[Measured]:
    """SIGKILL while a writer appends as fast as it can."""
    if not hasattr(os, "fork"):
        raise UserError("writers cannot be forked here.")
    lost, slowest = 0, 0.0
    command = [sys.executable, "-c", WRITER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forker:
        assert forker.stdin is not None
        assert forker.stdout is not None
        for number in range(KILLS):
            path = setting.folder / f"killed-{number}.session"
            told, enough = path.with_name(path.name + ".told"), random.randrange(1, 1500) * 8
            print(path, file=forker.stdin, flush=True)
            child = int(forker.stdout.readline())
            while not told.exists() or told.stat().st_size < enough:
                time.sleep(0)
            os.kill(child, signal.SIGKILL)
            forker.stdout.readline()
            acknowledged = int(told.read_bytes()[-8:])
            start = time.perf_counter()
            with SessionReader(path) as reader:
                slowest = max(slowest, time.perf_counter() - start)
                lost += max(0, acknowledged - sum(1 for _ in reader))
        forker.stdin.close()
    yield Measured(f"events lost in {KILLS} kills", f"{lost}", "none", float(lost), 0.0)
    yield Measured("reopening, the slowest", f"{slowest * 1000:.0f} ms", "at most 100 ms", slowest / 0.1, 1.0)
