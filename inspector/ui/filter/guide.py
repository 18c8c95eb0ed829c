"""What can be typed as a filter: examples, comparisons and every field."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from inspector.present.filter.completing import ABOUT_OPS
from inspector.present.filter.fields import FIELDS, Type
from inspector.ui.theme import Theme

EXAMPLES = (
    ("timeout error", "rows in which both words are: in their event, state or summary"),
    ('state == "requires_action"', "rows that tell this state"),
    ("event ~ /delta$/", "rows whose event ends so; /…/i ignores the case"),
    ("gap > 5s", "rows that came more than 5 seconds after the one before of their run; 250ms, 1m30s …"),
    ("run == focus", "rows of the run that is shown"),
    ("finding.severity >= warn", "rows that prove a warning or an error"),
    ('text contains "timeout" and not kind == keepalive', "and, or, not and ( ) put several together"),
    ("status in (404, 500)", "one of several"),
)


class Guide(QDialog):
    """Only to be read."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What can be typed as a filter"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 640)
        self.text = QTextBrowser(self)
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.windowTitle())
        code, muted = theme.mono().family(), theme.color("muted").name()

        def table(rows: list[tuple[str, str]]) -> str:
            lines = "".join(
                f"<tr><td style=\"font-family:'{code}'; padding:2px 16px 2px 0\">{escape(left)}</td>"
                f'<td style="color:{muted}; padding:2px 0">{escape(right)}</td></tr>'
                for left, right in rows
            )
            return f"<table>{lines}</table>"

        fields = [(name, self._about(name)) for name in FIELDS]
        parts = (
            (self.tr("Examples"), table(list(EXAMPLES))),
            (self.tr("Comparisons"), table([(op.value, about) for op, about in ABOUT_OPS.items()])),
            (self.tr("Fields"), table(fields)),
        )
        self.text.setHtml("".join(f"<h3>{escape(title)}</h3>{body}" for title, body in parts))
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)

    def _about(self, name: str) -> str:
        field = FIELDS[name]
        also = f" (also {', '.join(field.also)})" if field.also else ""
        choices = f": {', '.join(field.choices)}" if field.type in (Type.CHOICE, Type.RANK) else ""
        return f"{field.about}{also}{choices}"
