"""How much an object holds, by the path of its attributes: nobody has to list what could grow."""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any

SEALED = (str, bytes, bytearray, array)
HELD = (dict, list, tuple, set, frozenset, deque)


def held(root: object, name: str) -> dict[str, int]:
    """The entries of all containers below ``root``, added up by path; what stands in a container is ``[]``.

    Of this project's objects all attributes are followed, of others none. Each counts once, at its shortest path.
    """
    found: Counter[str] = Counter()
    seen = {id(root)}
    todo: deque[tuple[str, object]] = deque([(name, root)])
    while todo:
        path, value = todo.popleft()
        if isinstance(value, (*HELD, bytearray, array)):
            found[path] += len(value)
        for step, part in _parts(value):
            if id(part) not in seen and not isinstance(part, (int, float, bool, type(None), str, bytes, type)):
                seen.add(id(part))
                todo.append((path + step, part))
    return dict(found)


def _parts(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield "[]", part
            yield "{}", key
    elif isinstance(value, HELD):
        yield from (("[]", part) for part in value)
    elif type(value).__module__.startswith(("inspector.", "tests.")):
        for kind in type(value).__mro__:
            slots = kind.__dict__.get("__slots__", ())
            for slot in [slots] if isinstance(slots, str) else slots:
                if hasattr(value, slot):
                    yield f".{slot}", getattr(value, slot)
        yield from ((f".{attribute}", part) for attribute, part in getattr(value, "__dict__", {}).items())
