"""A request as text: the lines of its head and its body, as they go over the wire but for the secrets."""

from __future__ import annotations

import json

from inspector.services.model import Request


def request_text(request: Request) -> str:
    """``POST url``, header lines, an empty line, the body pretty-printed; a socket's frame as it is."""
    lines = [f"{request.method} {request.url}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.method == "SEND":
        lines += ["", str(request.body)]  # one frame of a socket, and not a JSON body
    elif request.body is not None:
        lines += ["", json.dumps(request.body, ensure_ascii=False, indent=2)]
    return "\n".join(lines)
