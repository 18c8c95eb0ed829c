"""The findings of the run in focus: severity, sentence, what it means, the frames that prove it, what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from inspector.domain.actions import Action
from inspector.domain.charts import Ending
from inspector.domain.findings import Finding, Severity
from inspector.present.meaning import Meaning, meaning
from inspector.present.runlist import short_id
from inspector.present.sentences import sentence
from inspector.services.model import Change
from inspector.ui.blank import calm, framed, no_run
from inspector.ui.desk import Desk
from inspector.ui.parts import prose, set_tone

GLYPHS = {Severity.ERROR: "✖", Severity.WARN: "▲", Severity.NOTE: "●"}
TONES = {Severity.ERROR: "error", Severity.WARN: "warn", Severity.NOTE: "muted"}
FRAMES, STEPS, LINE = 4, 2, 28
READABLE = 480
"""Least width of the sentence. Where the buttons beside it would leave less, they stand below what it means."""


class FindingRow(QWidget):
    """One finding. ``jumped`` names a frame, ``acted`` an action, ``led`` another run that it speaks of.

    ``unfolded`` tells that its meaning was shown (or hidden) by hand.
    """

    jumped = Signal(int)
    acted = Signal(str)
    led = Signal(str)
    unfolded = Signal(str, bool)

    def __init__(
        self, desk: Desk, finding: Finding, told: Meaning, steps: Sequence[Action], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._top = Qt.AlignmentFlag.AlignTop
        glyph = QLabel(GLYPHS[finding.severity])
        glyph.setFixedSize(16, LINE)
        set_tone(glyph, TONES[finding.severity])
        self.said = prose()
        self.said.setContentsMargins(0, (LINE - self.said.fontMetrics().height()) // 2, 0, 0)
        self.said.setToolTip(finding.id)
        self.show_text(finding)
        self.line = QHBoxLayout()
        self.line.setSpacing(8)
        self.line.addWidget(glyph, 0, self._top)
        self.line.addWidget(self.said, 1, self._top)
        self._buttons: list[QPushButton] = []
        self._below: bool | None = None
        self._explain(finding, told)
        for seq in finding.frames[:FRAMES]:
            self._link(desk, seq)
        other = finding.values.get("run")
        if isinstance(other, str) and other:
            self._lead(other)
        for step in steps[:STEPS]:
            button = QPushButton(f"→ {step.title}…", self)
            button.setToolTip(step.consequence)
            button.clicked.connect(lambda _=False, action=step.id: self.acted.emit(action))
            self._buttons.append(button)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sentence has to stay readable beside its buttons."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The buttons beside the sentence, or below what it means."""
        taken = sum(button.sizeHint().width() + 8 for button in self._buttons) + self._linked + 64
        below = self.width() - taken < READABLE
        if below == self._below:
            return
        self._below = below
        for button in self._buttons:
            row = self.under if below else self.line
            row.addWidget(button, 0, self._top)
        self.under.setContentsMargins(24, 4, 0, 4) if below else self.under.setContentsMargins(0, 0, 0, 0)

    @property
    def _linked(self) -> int:
        """The width of the links, which always stand beside the sentence."""
        return sum(link.sizeHint().width() + 8 for link in self._links if link.isVisibleTo(self))

    def _explain(self, finding: Finding, told: Meaning) -> None:
        """Below the line what it means for the run, and for the code that waits for it."""
        texts = [told.what] if told.what else []
        if told.code:
            texts.append(self.tr("In your code: %1").replace("%1", re.sub("`([^`]+)`", r"“\1”", told.code)))
        self.means = prose("\n".join(texts), "muted")
        self.fold = QPushButton(self, flat=True)
        self._show_fold(False)
        self.fold.setProperty("link", True)
        self.fold.setCheckable(True)
        self.fold.setFixedHeight(LINE)
        self.fold.setCursor(Qt.CursorShape.PointingHandCursor)
        self.fold.toggled.connect(self.means.setVisible)
        self.fold.toggled.connect(self._show_fold)
        self.fold.clicked.connect(lambda shown: self.unfolded.emit(finding.id, shown))
        self.fold.setVisible(bool(texts))
        self.means.hide()
        self.means.setContentsMargins(24, 0, 0, 4)
        self.line.addWidget(self.fold, 0, self._top)
        self._links = [self.fold]
        self.under = QHBoxLayout()
        self.under.setSpacing(8)
        self.under.setAlignment(Qt.AlignmentFlag.AlignLeft)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 4, 16, 4)
        box.setSpacing(0)
        box.addLayout(self.line)
        box.addWidget(self.means)
        box.addLayout(self.under)

    def _show_fold(self, shown: bool) -> None:
        self.fold.setText(self.tr("What it means") + (" ▾" if shown else " ▸"))

    def _lead(self, other: str) -> None:
        button = QPushButton(self.tr("→ Show that run"), self)
        button.setToolTip(other)
        button.clicked.connect(lambda: self.led.emit(other))
        self._buttons.append(button)

    def show_text(self, finding: Finding) -> None:
        """The sentence, which may have an age in it that grows. Another run's id is cut: its button has all of it."""
        text, other = sentence(finding), finding.values.get("run")
        if isinstance(other, str) and other:
            text = text.replace(other, short_id(other))
        if text != self.said.text():
            self.said.setText(text)
            self.setAccessibleName(f"{finding.severity.value}: {text}")

    def _link(self, desk: Desk, seq: int) -> None:
        link = QPushButton(f"#{seq}", flat=True)
        link.setProperty("link", True)
        link.setFixedHeight(LINE)
        link.setFont(desk.theme.mono())
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.setAccessibleName(self.tr("Go to frame %1").replace("%1", str(seq)))
        link.setToolTip(self.tr("Show this frame in the log"))
        link.clicked.connect(lambda: self.jumped.emit(seq))
        self.line.addWidget(link, 0, self._top)
        self._links.append(link)


class FindingsPanel(QScrollArea):
    """All findings of the run in focus, the worst first; without a run those of the log's other streams."""

    jumped = Signal(int)
    acted = Signal(str)
    led = Signal(str)
    counted = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: object = None
        framed(self)
        self.setAccessibleName(self.tr("Findings"))
        self.rows: list[FindingRow] = []
        self._unfolded: dict[str, bool] = {}
        desk.focused.connect(self.refresh)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self.refresh)
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Show the findings, if they are others than before."""
        run = self._desk.focus
        findings = self._desk.hub.loose(self._desk.book) if run is None else self._desk.hub.verdict(run).findings
        actions = self._desk.hub.actions(run) if run is not None else ()
        possible = {action.id: action for action in actions if action.possible}
        ending = None if run is None else self._desk.hub.verdict(run).ending
        shape = run, ending, [(f.id, f.severity, f.frames, [n for n in f.next if n in possible]) for f in findings]
        if shape == self._shown:
            for row, finding in zip(self.rows, findings, strict=True):
                row.show_text(finding)
            return
        self._shown = shape
        self._fill(findings, possible)
        errors = sum(f.severity is Severity.ERROR for f in findings)
        self.counted.emit(errors, sum(f.severity is Severity.WARN for f in findings))

    def _fill(self, findings: Sequence[Finding], possible: dict[str, Action]) -> None:
        place, focus = self.verticalScrollBar().value(), QApplication.focusWidget()
        within = isinstance(focus, QWidget) and self.isAncestorOf(focus)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(0)
        self.rows = []
        for number, finding in enumerate(findings):
            steps = [possible[name] for name in finding.next if name in possible]
            row = FindingRow(self._desk, finding, meaning(finding.id, self._protocol()), steps)
            row.fold.setChecked(self._unfolded.get(finding.id, number == 0 and finding.severity is not Severity.NOTE))
            row.unfolded.connect(self._unfolded.__setitem__)
            row.jumped.connect(self.jumped)
            row.acted.connect(self.acted)
            row.led.connect(self.led)
            layout.addWidget(row)
            self.rows.append(row)
        if not findings:
            layout.addWidget(self._nothing())
        layout.addStretch(1)
        self.setWidget(body)
        self.verticalScrollBar().setValue(place)
        if within:
            self.setFocus()

    def _protocol(self) -> str:
        run = self._desk.focus
        return "" if run is None else self._desk.hub.case(run).run.protocol

    def _nothing(self) -> QLabel:
        return calm(self._calm())

    def _calm(self) -> str:
        """What it means that nothing was found: not the same for a run that went well and one that was cancelled."""
        run = self._desk.focus
        if run is None:
            return no_run()
        ending = self._desk.hub.verdict(run).ending
        if ending is Ending.CANCELLED:
            return self.tr("It was stopped on purpose, and nothing else is wrong. “What to do” says how to go on.")
        if ending in (Ending.RUNNING, Ending.NOT_STARTED):
            return self.tr("Nothing is wrong with this run so far.")
        return self.tr("Nothing is wrong with this run.")

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if run is None or change.kind != "rows" or (change.book == run.book and run.key in change.runs):
            self.refresh()
