"""The fields of a GPT-Researcher start command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from inspector.ui.sheets.editor import EMPTY, ValueEditor
from inspector.ui.theme import Theme

LOW = 56


class ResearchFields(QWidget):
    """``data()`` is the command's object. ``known`` has what the server takes: report_types, sources, tones."""

    changed = Signal()

    def __init__(self, theme: Theme, known: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task, self.urls = QPlainTextEdit(self), QPlainTextEdit(self)
        self.kind, self.source, self.tone = (
            self._choice(known.get(name) or ()) for name in ("report_types", "sources", "tones")
        )
        self.domains, self.results = QLineEdit(self), QLineEdit(self)
        self.more = ValueEditor(theme, self.tr("More fields"), parent=self)
        self.more.field.setFixedHeight(LOW)
        self.domains.setPlaceholderText(self.tr("all; else names separated by commas"))
        self.results.setPlaceholderText(self.tr("as the server is set"))
        self.urls.setPlaceholderText(self.tr("none; else one address a line"))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        rows: list[tuple[str, QWidget]] = [
            (self.tr("Task"), self.task),
            (self.tr("Report"), self.kind),
            (self.tr("Sources"), self.source),
            (self.tr("Tone"), self.tone),
            (self.tr("Only domains"), self.domains),
            (self.tr("Start from"), self.urls),
            (self.tr("Search results"), self.results),
            (self.tr("More fields"), self.more),
        ]
        for title, field in rows:
            form.addRow(title, field)
            field.setAccessibleName(title)
        for text in (self.task, self.urls):
            text.setFixedHeight(LOW)
            text.setTabChangesFocus(True)
            text.textChanged.connect(self.changed)
        for line in (self.domains, self.results):
            line.textChanged.connect(self.changed)
        self.more.changed.connect(self.changed)

    def data(self) -> dict[str, Any]:
        """What was typed; what was left empty is left out."""
        more = self.more.value()
        data: dict[str, Any] = {
            "task": self.task.toPlainText().strip(),
            "report_type": self.kind.currentText().strip(),
            "report_source": self.source.currentText().strip(),
            "tone": self.tone.currentText().strip(),
            "query_domains": [name.strip() for name in self.domains.text().split(",") if name.strip()],
        }
        urls = [line.strip() for line in self.urls.toPlainText().splitlines() if line.strip()]
        if urls:
            data["source_urls"] = urls
        if self.results.text().strip().isdecimal():
            data["max_search_results"] = int(self.results.text())
        return {**data, **(more if isinstance(more, Mapping) else {})}

    def problem(self) -> str | None:
        """Why it cannot be sent yet, or None."""
        results = self.results.text().strip()
        if results and not results.isdecimal():
            return self.tr("The number of search results is a whole number.")
        more = self.more.value()
        return None if more is EMPTY or isinstance(more, Mapping) else self.tr("More fields are a JSON object.")

    def _choice(self, known: Sequence[str]) -> QComboBox:
        box = QComboBox(self)
        box.setEditable(True)
        box.addItems([str(name) for name in known])
        box.currentTextChanged.connect(lambda _: self.changed.emit())
        return box
