"""Frames to store, and children to kill."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from inspector.domain.frames import Frame, Kind

ROOT = Path(__file__).parents[2]


def some_frames(count: int, after: int = 0, size: int = 40) -> list[Frame]:
    """Frames of every kind with times, heads and bodies that differ."""
    kinds = (Kind.REQUEST, Kind.RESPONSE, Kind.DATA, Kind.DATA, Kind.SOCKET, Kind.NOTE, Kind.END)
    frames = []
    for seq in range(after + 1, after + count + 1):
        kind = kinds[seq % len(kinds)]
        head = {} if kind is Kind.DATA else {"number": seq, "text": f"nötig {seq % 7}", "list": [1, None, {"a": 0.5}]}
        body = f"event: part\ndata: {seq * 7919 % 10007:0{size}}\n\n".encode() if kind is Kind.DATA else b""
        frames.append(Frame(seq, seq * 10 + seq % 3 / 8, seq // 50, kind, head, body))
    return frames


def python(code: str, *args: object) -> subprocess.Popen[str]:
    """A child process that runs this code with the project on its path."""
    return subprocess.Popen(
        [sys.executable, "-c", dedent(code), *map(str, args)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
