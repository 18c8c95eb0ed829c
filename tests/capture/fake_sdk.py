"""A package called ``agents`` that is to a tap what the SDK is, and programs that use it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from inspector import assets

TAP = assets.path("tap/python/sitecustomize.py").parent

_FILES = {
    "agents/__init__.py": "from .tracing import *\nfrom .tracing import trace, set_trace_provider\n",
    "agents/tracing/__init__.py": """
from .setup import get_trace_provider, set_trace_provider
from . import provider
def add_trace_processor(one): get_trace_provider().register_processor(one)
def set_trace_processors(all): get_trace_provider().set_processors(all)
class Item:
    def __init__(self, **fields): self.fields = fields
    def export(self): return self.fields
def trace(name):
    own = get_trace_provider()
    for one in own.processors: one.on_trace_start(Item(object="trace", id="trace_1", workflow_name=name))
def span(word, **fields):
    item = Item(object="trace.span", trace_id="trace_1", **fields)
    for one in get_trace_provider().processors: getattr(one, "on_span_" + word)(item)
__all__ = ["add_trace_processor", "set_trace_processors", "set_trace_provider", "span", "Item"]
""",
    "agents/tracing/setup.py": """
import atexit
GLOBAL_TRACE_PROVIDER = None
def set_trace_provider(own):
    global GLOBAL_TRACE_PROVIDER
    GLOBAL_TRACE_PROVIDER = own
def get_trace_provider():
    global GLOBAL_TRACE_PROVIDER
    if GLOBAL_TRACE_PROVIDER is None:
        from .provider import DefaultTraceProvider
        GLOBAL_TRACE_PROVIDER = DefaultTraceProvider()
        atexit.register(GLOBAL_TRACE_PROVIDER.shutdown)
    return GLOBAL_TRACE_PROVIDER
""",
    "agents/tracing/provider.py": """
class DefaultTraceProvider:
    def __init__(self): self.processors = ()
    def register_processor(self, one): self.processors += (one,)
    def set_processors(self, all): self.processors = tuple(all)
    def shutdown(self):
        for one in self.processors: one.shutdown()
""",
}


def lay_out(folder: Path, files: dict[str, str] | None = None) -> Path:
    """The package in this folder, or other files."""
    for name, text in (_FILES if files is None else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def start(code: str, address: str | None, *folders: Path) -> subprocess.Popen[str]:
    """A program of this code, tapped, that finds its packages in the folders. Any warning in it is an error."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, [TAP, *folders]))
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if address is not None:
        environment["STREAM_INSPECTOR_TAP"] = address
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code: str, address: str | None, *folders: Path) -> tuple[int, str, str]:
    """Exit status, output and errors of such a program. Fails where it does not end."""
    with start(code, address, *folders) as process:
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return process.returncode, out, err
