"""The findings of the run in focus: severity, sentence, the frames that prove it, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from inspector.domain.actions import Action
from inspector.domain.findings import Finding, Severity
from inspector.present.sentences import sentence
from inspector.services.hub import LIVE
from inspector.ui.desk import Desk

GLYPHS = {Severity.ERROR: "✖", Severity.WARN: "▲", Severity.NOTE: "●"}
FRAMES = 5


class FindingRow(QWidget):
    """One finding. ``jumped`` names a frame, ``acted`` an action."""

    jumped = Signal(int)
    acted = Signal(str)

    def __init__(self, desk: Desk, finding: Finding, steps: list[Action], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = desk.theme
        color = theme.severity(finding.severity).name()
        text = sentence(finding)
        self.setAccessibleName(f"{finding.severity.value}: {text}")
        glyph = QLabel(GLYPHS[finding.severity])
        glyph.setStyleSheet(f"color: {color};")
        glyph.setFixedWidth(16)
        said = QLabel(text)
        said.setWordWrap(True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name = QLabel(finding.id)
        name.setFont(theme.mono())
        name.setStyleSheet(f"color: {theme.tokens.muted};")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.setSpacing(8)
        layout.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(said, 1)
        layout.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        for seq in finding.frames[:FRAMES]:
            link = QPushButton(f"#{seq}", flat=True)
            link.setFont(theme.mono())
            link.setStyleSheet(f"color: {theme.tokens.accent}; border: none; padding: 0 4px;")
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.setAccessibleName(self.tr("Go to frame %1").replace("%1", str(seq)))
            link.clicked.connect(lambda _=False, frame=seq: self.jumped.emit(frame))
            layout.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
        for step in steps[:2]:
            button = QPushButton(f"→ {step.title}…")
            button.setToolTip(step.consequence)
            button.clicked.connect(lambda _=False, action=step.id: self.acted.emit(action))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


class FindingsPanel(QScrollArea):
    """All findings of the run in focus, the worst first."""

    jumped = Signal(int)
    acted = Signal(str)
    counted = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: object = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(self.tr("Findings"))
        self.rows: list[FindingRow] = []
        desk.focused.connect(self.refresh)
        desk.changed.connect(self.refresh)
        desk.ticked.connect(self.refresh)
        desk.theme.changed.connect(self._again)
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Show the findings, if they are others than before."""
        run = self._desk.focus
        findings = () if run is None else self._desk.hub.verdict(run).findings
        actions = list(self._desk.hub.actions(run)) if run is not None and run.book == LIVE else []
        possible = {action.id: action for action in actions if action.possible}
        shown = (run, [(f.id, f.severity, f.frames, sentence(f)) for f in findings], list(possible))
        if shown == self._shown:
            return
        self._shown = shown
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(0)
        self.rows = []
        for finding in findings:
            row = FindingRow(self._desk, finding, [possible[name] for name in finding.next if name in possible])
            row.jumped.connect(self.jumped)
            row.acted.connect(self.acted)
            layout.addWidget(row)
            self.rows.append(row)
        if not findings:
            layout.addWidget(self._nothing(run is not None))
        layout.addStretch(1)
        self.setWidget(body)
        errors = sum(f.severity is Severity.ERROR for f in findings)
        self.counted.emit(errors, sum(f.severity is Severity.WARN for f in findings))

    def _nothing(self, chosen: bool) -> QLabel:
        label = QLabel(
            self.tr("Nothing is wrong with this run.") if chosen else self.tr("Choose a run to see its findings.")
        )
        label.setStyleSheet(f"color: {self._desk.theme.tokens.muted}; padding: 8px 16px;")
        return label

    def _again(self) -> None:
        self._shown = None
        self.refresh()
