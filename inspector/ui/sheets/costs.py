"""What an act would run again, shown before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from inspector.domain.sideeffects import Entry, Fate
from inspector.present.ledger import ledger_lines
from inspector.ui.parts import prose
from inspector.ui.theme import Theme

TONES = {Fate.AGAIN: "warn", Fate.UNKNOWN: "", Fate.FIRST: "muted", Fate.DONE: "muted"}


class Costs(QFrame):
    """The ledger of side effects, one line for each fate; hidden where an act makes nothing run."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Sequence[Entry] = ()
        self.lines: list[QLabel] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 8)
        self._box.setSpacing(2)
        self.title = QLabel(self.tr("Side effects"), self)
        self.title.setFont(theme.text(bold=True))
        self._box.addWidget(self.title)
        self.hide()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show the ledger of what is typed now."""
        if entries == self._shown:
            return
        self._shown = entries
        for line in self.lines:
            self._box.removeWidget(line)
            line.deleteLater()
        fates = [fate for fate in (Fate.AGAIN, Fate.UNKNOWN, Fate.FIRST, Fate.DONE) if self._has(fate)]
        self.lines = [prose(text, TONES[fate]) for fate, text in zip(fates, ledger_lines(entries), strict=True)]
        for line in self.lines:
            self._box.addWidget(line)
        self.setVisible(bool(self.lines))
        self.setAccessibleName(" ".join(line.text() for line in self.lines))

    def _has(self, fate: Fate) -> bool:
        return any(entry.fate is fate for entry in self._shown)
