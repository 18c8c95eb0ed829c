"""One action: form, exact request, Send, and then what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
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
from inspector.domain.sideeffects import ledger
from inspector.present.curl import as_curl
from inspector.present.playbook import Following, following, playbook
from inspector.services.model import Change, Request, RunId, Step
from inspector.ui.desk import Desk
from inspector.ui.parts import primary, prose
from inspector.ui.sheets.costs import Costs
from inspector.ui.sheets.forms import form_for
from inspector.ui.sheets.going import at_work, came_to
from inspector.ui.sheets.preview import request_text

MARKS = {"sending": "→", "answered": "←", "waiting": "…", "seen": "✓", "not_seen": "✖", "refused": "✖"}


class ActionSheet(QDialog):
    """Not modal: the log goes on beside it. Stays open after Send until it is closed."""

    def __init__(
        self, desk: Desk, run: RunId, action: Action, parent: QWidget | None = None, kind: str | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._run = run
        self._action = action
        self._sending = self._done = self._warned = self._gone = False
        self._going: RunId | None = None
        self._plan: Sequence[Request] = ()
        self.setWindowTitle(f"{action.title} — {desk.hub.case(run).run.id or ''}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 560)
        self.form = form_for(desk.theme, action, self)
        self.form.choose(kind)
        self._first = self.form.data()
        self.costs = Costs(desk.theme, self)
        self.preview, self.problem, self.steps = QPlainTextEdit(self), prose(tone="warn"), prose()
        self.title, self.next = QLabel(self.tr("This will be sent"), self), QHBoxLayout()
        self.curl = QPushButton(self.tr("Copy as cURL"), self)
        self.leave = QPushButton(self.tr("Close"), self)
        self.send = primary(QPushButton(self.tr("Send"), self))
        self._set_up()
        self._lay_out()
        self.form.changed.connect(self._typed)
        self.send.clicked.connect(self._send)
        self.curl.clicked.connect(self._copy)
        self.leave.clicked.connect(self.close)
        self.finished.connect(self._closed)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.send.click)
        desk.changed.connect(self._changed)
        self.refresh()
        if action.form == "checkpoint" and not action.context.get("checkpoints"):
            desk.start("ask for the checkpoints", desk.hub.act(run, "refresh", None))

    def refresh(self) -> None:
        """Plan again with what is typed, and show the requests or the reason."""
        if self._sending or self._done or self._gone:
            return
        self._left.setVisible(not self.form.bare)
        problem = self.form.problem()
        self._plan = ()
        self.costs.show_entries(ledger(self._desk.hub.case(self._run), self._action, self.form.data()))
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
        self.send.setToolTip(problem or self.tr("Ctrl+Return"))
        self.curl.setEnabled(bool(self._plan))

    def reject(self) -> None:
        """Esc and Close. What was typed is not thrown away at the first try."""
        typed = not self._done and not self._sending and self.form.data() != self._first
        if typed and not self._warned:
            self._warned = True
            self.leave.setText(self.tr("Discard and close"))
            self.problem.setText(self.tr("What you typed would be lost. Close again to discard it."))
            self.problem.show()
            return
        super().reject()

    def _typed(self) -> None:
        self._warned = False
        self.leave.setText(self.tr("Close"))
        self.refresh()

    def _changed(self, change: Change) -> None:
        """The run may have come to where this cannot be done any more, or can be done at last."""
        if change.book == self._run.book and (change.kind == "connections" or self._run.key in change.runs):
            self._renew()
            self.refresh()
        if self._going is not None and (step := came_to(self._desk.hub, self._going)) is not None:
            self._going = None
            self._step(step)

    def _renew(self) -> None:
        """What is asked may be others by now: a form in which nothing was typed is made anew."""
        actions = self._desk.hub.actions(self._run)
        now = next((each for each in actions if each.id == self._action.id), self._action)
        asked, before = (now.form, now.context, now.data), (self._action.form, self._action.context, self._action.data)
        if asked == before or self._sending or self._done or self._gone or self.form.data() != self._first:
            return
        self._action = now
        focus = QApplication.focusWidget()
        within = isinstance(focus, QWidget) and self.form.isAncestorOf(focus)
        old, self.form = self.form, form_for(self._desk.theme, now, self)
        self._first = self.form.data()
        self.form.changed.connect(self._typed)
        self._inner.replaceWidget(old, self.form)
        old.deleteLater()
        if within:
            self.form.setFocus()

    def _send(self) -> None:
        if self._sending or self._done:
            return
        self._sending = True
        self.form.setEnabled(False)
        self.send.setEnabled(False)
        self.send.setText(self.tr("Sending…"))
        self.leave.setFocus()
        self.steps.setText("")
        self._offer(())
        self._desk.begin(f"act {self._action.id}", self._act(self.form.data()))

    async def _act(self, data: object) -> None:
        try:
            result = await self._desk.hub.act(self._run, self._action.id, data, self._step)
            outcome = result.outcome
            if outcome is None:
                self._over(False, result.why or "", ())
                return
            seen, begun = outcome.effect is Effect.SEEN, result.started
            goes_on = not seen and begun is not None and at_work(self._desk.hub, begun)
            self._over(seen or goes_on, outcome.why, outcome.next)
            if goes_on:
                self._going = begun
                self.steps.setText(self.steps.text().replace(f"{MARKS['not_seen']} ", f"{MARKS['waiting']} "))
            if result.started is not None:
                self._desk.show_run(result.started)
        except (Refused, UserError) as error:
            self._over(False, str(error), ())
        finally:
            if self._sending:
                self._over(False, self.tr("It was broken off. The journal tells what had been sent."), ())

    def _step(self, step: Step) -> None:
        if self._gone:
            return
        line = f"{MARKS.get(step.kind, '·')} {step.text}"
        self.steps.setText("\n".join(part for part in (self.steps.text(), line) if part))

    def _over(self, good: bool, why: str, named: Sequence[str]) -> None:
        if self._gone:
            said = f"{self._action.title}: {why}"
            (self._desk.told if good else self._desk.complained).emit(said)
            return
        self._sending, self._done = False, good
        if why not in self.steps.text():
            self._step(Step("seen" if good else "not_seen", why))
        self.send.setText(self.tr("Sent") if good else self.tr("Send again"))
        self.form.setEnabled(not good)
        self.title.setText(self.tr("This was sent") if good else self.tr("This will be sent"))
        self._offer(self._after(named, good))
        self.refresh()

    def _after(self, named: Sequence[str], good: bool) -> Sequence[Following]:
        """What can be done next: what the outcome names, and after an act without effect the playbook's next line."""
        hub = self._desk.hub
        plays = playbook(hub.actions(self._run), hub.verdict(self._run))
        return following(named, plays, self._action.id, good)

    def _offer(self, steps: Sequence[Following]) -> None:
        """Buttons for what can be done next."""
        while (item := self.next.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for step in steps:
            button = QPushButton(self.tr("Next: %1…").replace("%1", step.title))
            button.setToolTip(step.action.consequence)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, wanted=step: self._go_on(wanted))
            self.next.addWidget(button)
        self.next.addStretch(1)

    def _go_on(self, step: Following) -> None:
        ActionSheet(self._desk, self._run, step.action, self.parentWidget(), step.kind).show()
        self._warned = True
        self.close()

    def _copy(self) -> None:
        lines = [as_curl(r.method, r.url, r.headers, r.body) for r in self._plan]
        QGuiApplication.clipboard().setText("\n\n".join(lines))
        self._desk.told.emit(self.tr("Copied. Secrets stand as variables."))

    def _closed(self) -> None:
        """An act that is under way goes on; how it ends is told in the window's bar, and in the journal."""
        self._gone = True

    def _set_up(self) -> None:
        self.preview.setReadOnly(True)
        self.preview.setPlaceholderText(self.tr("The request stands here, word for word, once the form is complete."))
        self.preview.setTabChangesFocus(True)
        self.preview.setFont(self._desk.theme.mono())
        self.preview.setAccessibleName(self.tr("The request as it will be sent"))
        self.steps.setAccessibleName(self.tr("What became of it"))
        for button in (self.curl, self.leave, self.send):
            button.setAutoDefault(False)  # Enter in a field sends nothing to a server by mistake

    def _lay_out(self) -> None:
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        self.title.setFont(self._desk.theme.text(bold=True))
        column.addWidget(self.costs)
        column.addWidget(self.title)
        column.addWidget(self.preview, 1)
        for widget in (self.problem, self.steps):
            column.addWidget(widget)
        column.addLayout(self.next)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        self._left = self._left_side(split)
        split.addWidget(self._left)
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
        layout.addWidget(prose(self._action.consequence, "muted"))
        layout.addWidget(split, 1)
        layout.addLayout(buttons)

    def _left_side(self, split: QSplitter) -> QWidget:
        scroll = QScrollArea(split)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget(scroll)
        self._inner = QVBoxLayout(body)
        self._inner.setContentsMargins(0, 0, 12, 0)
        self._inner.addWidget(self.form)
        scroll.setWidget(body)
        return scroll
