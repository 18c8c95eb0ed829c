"""A request as a cURL line that can be pasted into a shell. Secrets are ``$VARIABLE`` already when they come here."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any


def as_curl(method: str, url: str, headers: Mapping[str, str], body: Any) -> str:
    """One command over several lines; ``-N`` because the answer may be a stream. What none can do is a comment."""
    if method == "CLOSE":
        return f"# closes the connection to {url}"
    if method == "SEND":
        return f"# over the open socket: {' '.join(str(body).split())}"
    if url.startswith(("ws://", "wss://")):
        return f"python -m websockets {shlex.quote(url)}"
    lines = [f"curl -N -X {method} {shlex.quote(url)}"]
    lines += [f"-H {_header(name, value)}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}")
    return " \\\n  ".join(lines)


def _header(name: str, value: str) -> str:
    """In double quotes where the shell has to put a variable in."""
    if "$" not in value:
        return shlex.quote(f"{name}: {value}")
    safe = f"{name}: {value}".replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
    return f'"{safe}"'
