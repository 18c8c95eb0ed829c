"""One action: form, exact request, Send, and then what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.actions import Action, Effect
from inspector.domain.errors import Refused, UserError
from inspector.domain.findings import Severity
from inspector.present.curl import as_curl
from inspector.services.model import Request, RunId, Step
from inspector.ui.desk import Desk
from inspector.ui.sheets.forms import form_for, primary
from inspector.ui.sheets.preview import request_text

MARKS = {"sending": "→", "answered": "←", "waiting": "…", "seen": "✓", "not_seen": "✖", "refused": "✖"}


class ActionSheet(QDialog):
    """Not modal: the log goes on beside it. Stays open after Send until it is closed."""

    def __init__(self, desk: Desk, run: RunId, action: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._run = run
        self._action = action
        self._sending = False
        self._done = False
        self._task: asyncio.Task[None] | None = None
        self._plan: Sequence[Request] = ()
        self.setWindowTitle(f"{action.title} — {desk.hub.case(run).run.id or ''}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 560)
        self.form = form_for(desk.theme, action)
        self.preview, self.problem = QPlainTextEdit(self), QLabel(self)
        self.steps, self.next = QLabel(self), QHBoxLayout()
        self.send = primary(QPushButton(self.tr("Send"), self))
        self.curl = QPushButton(self.tr("Copy as cURL"), self)
        self.leave = QPushButton(self.tr("Close"), self)
        self._lay_out()
        self.form.changed.connect(self.refresh)
        self.send.clicked.connect(self._send)
        self.curl.clicked.connect(self._copy)
        self.leave.clicked.connect(self.close)
        self.refresh()
        self.form.setFocus()

    def refresh(self) -> None:
        """Plan again with what is typed, and show the requests or the reason."""
        if self._sending or self._done:
            return
        problem = self.form.problem()
        self._plan = ()
        if problem is None:
            try:
                self._plan = self._desk.hub.plan(self._run, self._action.id, self.form.data())
            except (Refused, UserError) as error:
                problem = str(error)
        if problem is None:
            text = "\n\n".join(request_text(request) for request in self._plan)
            self.preview.setPlainText(text or self.tr("Only reads: nothing on the server is changed."))
        self.problem.setText(problem or "")
        self.problem.setVisible(problem is not None)
        self.send.setEnabled(problem is None)
        self.curl.setEnabled(bool(self._plan))

    def _send(self) -> None:
        if self._sending:
            return
        self._sending = True
        self._done = False
        self.form.setEnabled(False)
        self.send.setEnabled(False)
        self.send.setText(self.tr("Sending…"))
        self.steps.setText("")
        self._task = self._desk.hub.tasks.start(f"act {self._action.id}", self._act(self.form.data()))

    async def _act(self, data: object) -> None:
        try:
            result = await self._desk.hub.act(self._run, self._action.id, data, self._step)
        except (Refused, UserError) as error:
            self._over(False, str(error), ())
            return
        outcome = result.outcome
        if outcome is None:
            self._over(False, result.why or "", ())
            return
        self._over(outcome.effect is Effect.SEEN, outcome.why, outcome.next)
        if result.started is not None:
            self._desk.show_run(result.started)

    def _step(self, step: Step) -> None:
        line = f"{MARKS.get(step.kind, '·')} {step.text}"
        self.steps.setText("\n".join(part for part in (self.steps.text(), line) if part))

    def _over(self, good: bool, why: str, following: tuple[str, ...]) -> None:
        self._sending, self._done = False, good
        if why not in self.steps.text():
            self._step(Step("seen" if good else "not_seen", why))
        self.send.setText(self.tr("Sent") if good else self.tr("Send again"))
        self.form.setEnabled(not good)
        self.send.setEnabled(not good)
        self._offer(following)
        if not good:
            self.refresh()

    def _offer(self, following: tuple[str, ...]) -> None:
        while (item := self.next.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for action in self._desk.hub.actions(self._run):
            if action.id in following and action.possible and action.id != self._action.id:
                button = QPushButton(self.tr("Next: %1…").replace("%1", action.title))
                button.clicked.connect(lambda _=False, wanted=action: self._go_on(wanted))
                self.next.addWidget(button)
        self.next.addStretch(1)

    def _go_on(self, action: Action) -> None:
        ActionSheet(self._desk, self._run, action, self.parentWidget()).show()
        self.close()

    def _copy(self) -> None:
        lines = [as_curl(r.method, r.url, r.headers, r.body) for r in self._plan]
        QGuiApplication.clipboard().setText("\n\n".join(lines))
        self._desk.told.emit(self.tr("Copied. Secrets stand as variables."))

    def _lay_out(self) -> None:
        theme = self._desk.theme
        self.preview.setReadOnly(True)
        self.preview.setFont(theme.mono())
        self.preview.setAccessibleName(self.tr("The request as it will be sent"))
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.severity(Severity.WARN).name()};")
        self.steps.setWordWrap(True)
        self.steps.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.steps.setAccessibleName(self.tr("What became of it"))
        consequence = QLabel(self._action.consequence)
        consequence.setWordWrap(True)
        consequence.setStyleSheet(f"color: {theme.tokens.muted};")
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 12, 0)
        inner.addWidget(self.form)
        scroll.setWidget(body)
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        title = QLabel(self.tr("This will be sent"))
        title.setFont(theme.text(bold=True))
        column.addWidget(title)
        column.addWidget(self.preview, 1)
        column.addWidget(self.problem)
        column.addWidget(self.steps)
        column.addLayout(self.next)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(scroll)
        split.addWidget(right)
        split.setSizes([440, 480])
        split.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.curl)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.send)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(consequence)
        layout.addWidget(split, 1)
        layout.addLayout(buttons)
