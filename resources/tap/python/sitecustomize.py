"""Python runs this at its start when this folder is on PYTHONPATH: it sets the tap, then runs the app's own one."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


def _own_one() -> None:
    """Load the ``sitecustomize`` that Python would have found without this folder, and let its errors be seen."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


with contextlib.suppress(Exception):
    import stream_inspector_tap

    stream_inspector_tap.install()
_own_one()
