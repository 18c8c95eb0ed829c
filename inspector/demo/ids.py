"""Identifiers in the shapes that the real servers give them."""

from __future__ import annotations

import hashlib
import random
import string
import uuid

from inspector.demo.clock import Clock, milliseconds

_GRAPHS = uuid.UUID("6ba7b821-9dad-11d1-80b4-00c04fd430c8")
_GREGORIAN = 0x01B21DD213814000
_LETTERS = string.ascii_letters + string.digits


class Ids:
    """Makes identifiers. With the same seed and the same times they are the same."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self._last = 0

    def time_ordered(self) -> str:
        """A UUID of version 7, as threads and runs of a LangGraph server have."""
        random_bits = self._random.getrandbits(74)
        value = milliseconds(self._clock.wall()) << 80 | 7 << 76 | (random_bits >> 62) << 64 | 2 << 62
        return str(uuid.UUID(int=value | random_bits & ((1 << 62) - 1)))

    def checkpoint(self, step: int) -> str:
        """A UUID of version 6, as checkpoints have: they sort by time, and the step shows in the clock sequence."""
        ticks = max(int(self._clock.wall().timestamp() * 10_000_000) + _GREGORIAN, self._last + 1)
        self._last = ticks
        high, middle, low = ticks >> 28 & 0xFFFFFFFF, ticks >> 12 & 0xFFFF, ticks & 0xFFF
        sequence = 2 << 14 | step & 0x3FFF
        node = self._random.getrandbits(48)
        return str(uuid.UUID(int=high << 96 | middle << 80 | 6 << 76 | low << 64 | sequence << 48 | node))

    def any_uuid(self) -> str:
        """A random UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def prefixed(self, prefix: str) -> str:
        """An id of an Assistants-compatible server: ``run_`` and 24 letters and digits."""
        return f"{prefix}_{''.join(self._random.choices(_LETTERS, k=24))}"


def assistant_of(graph_id: str) -> str:
    """The id of the assistant that a LangGraph server makes for each graph by itself; the rule is the server's own."""
    return str(uuid.uuid5(_GRAPHS, graph_id))


def task_of(checkpoint: str, node: str) -> str:
    """The id of a node's task: the same each time the node runs from this checkpoint."""
    return str(uuid.UUID(hashlib.md5(f"{checkpoint}:{node}".encode(), usedforsecurity=False).hexdigest()))


def interrupt_of(task: str) -> str:
    """The id of what a task asks: the same each time it asks. Thirty-two hexadecimal digits."""
    return hashlib.md5(task.encode(), usedforsecurity=False).hexdigest()


def is_interrupt(key: str) -> bool:
    """Whether this can be the id of an interrupt: that tells a resume map from a plain answer that is an object."""
    return len(key) == 32 and all(letter in "0123456789abcdef" for letter in key)


def is_uuid(text: str) -> bool:
    """Whether a server that wants a UUID takes this."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
