"""What is kept of filters from one start to the next: those with a name, and the rules that colour."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from inspector.present.filter.colouring import Rule, kept, read_rules
from inspector.ui.memory import Memory

FILTERS, RULES = "log.filters", "log.colours"


class Kept(QObject):
    """``filters`` are names with their filters, as they were saved; ``recoloured`` tells of other rules."""

    recoloured = Signal(object)

    def __init__(self, memory: Memory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self.filters = _read(memory.get(FILTERS))
        self.rules = read_rules(memory.get(RULES))

    def save(self, name: str, text: str) -> None:
        """Keep a filter by this name, in place of one that has it."""
        names = [known for known, _ in self.filters]
        if name in names:
            self.filters[names.index(name)] = (name, text)
        else:
            self.filters.append((name, text))
        self._write()

    def forget(self, name: str) -> None:
        """Keep it no longer."""
        self.filters = [each for each in self.filters if each[0] != name]
        self._write()

    def colour(self, rules: Sequence[Rule]) -> None:
        """Colour by these from now on."""
        self.rules = tuple(rules)
        self._memory.put(RULES, kept(self.rules))
        self.recoloured.emit(self.rules)

    def _write(self) -> None:
        self._memory.put(FILTERS, json.dumps(self.filters))


def _read(text: str | None) -> list[tuple[str, str]]:
    """What is odd in it is left out."""
    try:
        values = json.loads(text) if text else []
    except (ValueError, RecursionError):
        values = []
    pairs = values if isinstance(values, list) else []
    return [
        (pair[0], pair[1])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
    ]
