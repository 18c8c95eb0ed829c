"""The top of the middle: which run, how it stands, why, how old each clock is, and what can be done now."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inspector.domain.actions import Action
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict
from inspector.present.runlist import short_id
from inspector.present.sentences import why
from inspector.present.words import ENDING_WORDS, age
from inspector.services.hub import LIVE
from inspector.services.model import RunId
from inspector.ui.desk import Desk
from inspector.ui.icons import paint_ending

CLOSING = {
    "passive": ("passive", "Closing this window does no harm to the run."),
    "unknown": ("closing: unknown", "Nobody knows whether this server ends a run when its watcher leaves."),
    "cancels": ("closing cancels the run", "This connection carries the run: closing it cancels the run."),
}


class IdLabel(QLabel):
    """An id in the middle of which something is left out; a click copies all of it."""

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def show_id(self, prefix: str, full: str | None) -> None:
        """Show an id; nothing for None."""
        self._full = full or ""
        self.setText(f"{prefix}{short_id(full, 22)}" if full else "")
        self.setToolTip(self.tr("%1\nClick to copy").replace("%1", full or "") if full else "")
        self.setVisible(bool(full))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Copies the whole id."""
        if self._full:
            QGuiApplication.clipboard().setText(self._full)
            self.copied.emit(self._full)


class Badge(QWidget):
    """The ending: its shape and its word on its colour."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.ending = Ending.UNKNOWN
        self.setFixedHeight(32)

    def show_ending(self, ending: Ending) -> None:
        """Show another ending."""
        self.ending = ending
        self.setAccessibleName(ENDING_WORDS[ending])
        width = self.fontMetrics().horizontalAdvance(ENDING_WORDS[ending].upper())
        self.setFixedWidth(int(width * 1.25) + 52)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints shape and word."""
        theme = self._desk.theme
        color = theme.ending(self.ending)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tint(color, 0.18))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        paint_ending(painter, QRectF(10, 8, 16, 16), self.ending, color)
        painter.setPen(color)
        painter.setFont(theme.text(1, bold=True))
        painter.drawText(
            self.rect().adjusted(34, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, ENDING_WORDS[self.ending].upper()
        )


class Header(QWidget):
    """Shows the desk's focus. ``acted`` asks for the sheet of an action."""

    acted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions: tuple[Action, ...] = ()
        self._filled = False
        self.badge = Badge(desk, self)
        self.run_id, self.thread_id = IdLabel(self), IdLabel(self)
        self.source, self.clocks, self.deadline = QLabel(self), QLabel(self), QLabel(self)
        self.closing, self.why = QLabel(self), QLabel(self)
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.why.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.primary = [QPushButton(self), QPushButton(self)]
        self.more = QToolButton(self)
        self.more.setText(self.tr("More"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setAccessibleName(self.tr("More actions"))
        self.menu = QMenu(self, toolTipsVisible=True)
        self.more.setMenu(self.menu)
        for number, button in enumerate(self.primary):
            button.clicked.connect(lambda _=False, n=number: self._press(n))
        self._lay_out()
        desk.focused.connect(self.refresh)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self.refresh)
        desk.theme.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    def refresh(self) -> None:
        """Judge the run in focus anew and show it."""
        run = self._desk.focus
        self.setVisible(run is not None)
        if run is None:
            return
        hub = self._desk.hub
        case, verdict = hub.case(run), hub.verdict(run)
        self.badge.show_ending(verdict.ending)
        self.run_id.show_id("", case.run.id or "(no id)")
        self.thread_id.show_id(self.tr("thread "), case.run.thread)
        self.why.setText(self._witnesses(verdict))
        self.why.setAccessibleName(self.why.text())
        self._show_clocks(run, verdict)
        self._show_watch(run)
        self._show_actions(tuple(hub.actions(run)) if run.book == LIVE else ())

    def _witnesses(self, verdict: Verdict) -> str:
        text = why(verdict)
        if verdict.stream and verdict.server and verdict.stream != verdict.server:
            told = self.tr("The stream said %1; the server says %2.")
            return f"{text} {told.replace('%1', verdict.stream).replace('%2', verdict.server)}"
        return text

    def _show_clocks(self, run: RunId, verdict: Verdict) -> None:
        clocks = verdict.clocks
        passed = 0.0 if run.book != LIVE or verdict.ending not in _COUNTING else None
        parts = []
        for name, value in (("byte", clocks.byte), ("content", clocks.content), ("state", clocks.change)):
            parts.append(f"{name} {age(value) if value is not None else '–'}")
        self.clocks.setText("◷ " + " · ".join(parts))
        self.clocks.setVisible(passed is None)
        self.clocks.setToolTip(self.tr("How long ago the last byte, the last content and the last state change came"))
        wall, deadline = self._desk.hub.case(run).wall_ms, verdict.deadline
        if deadline is None or wall is None:
            self.deadline.setText("")
            return
        left = deadline * 1000 - wall - self._desk.hub.now(run.book)
        self.deadline.setText(self.tr("⏳ %1 left").replace("%1", age(left)) if left > 0 else self.tr("⏳ overdue"))

    def _show_watch(self, run: RunId) -> None:
        state = self._desk.hub.watching(run) if run.book == LIVE else None
        if state is None:
            self.source.setText(self.tr("recording") if run.book != LIVE else self.tr("not watched"))
            self.closing.setText("")
            return
        self.source.setText(
            self.tr("by %1").replace("%1", state.source) if state.active else self.tr("no longer watched")
        )
        self.source.setToolTip(state.problem or "")
        word, meaning = CLOSING.get(state.closing, CLOSING["unknown"])
        self.closing.setText(word if state.active else "")
        self.closing.setToolTip(meaning)

    def _show_actions(self, actions: tuple[Action, ...]) -> None:
        if actions == self._actions and self._filled:
            return
        self._actions, self._filled = actions, True
        wanted = self._primary_actions()
        for number, button in enumerate(self.primary):
            action = wanted[number] if number < len(wanted) else None
            button.setVisible(action is not None)
            if action is not None:
                button.setText(action.title + "…")
                button.setToolTip(action.consequence)
                button.setProperty("primary", number == 0)
                button.style().unpolish(button)
                button.style().polish(button)
        self.more.setVisible(bool(actions))
        QTimer.singleShot(0, self.fill_menu)

    def fill_menu(self) -> None:
        """All actions; the impossible ones with their reason."""
        if self.menu.isVisible():
            return
        self.menu.clear()
        for action in self._actions:
            text = action.title + "…" if action.possible else f"{action.title} — {action.why_not}"
            entry = self.menu.addAction(text)
            entry.setEnabled(action.possible)
            entry.setToolTip(action.why_not or action.consequence)
            entry.triggered.connect(lambda _=False, name=action.id: self.acted.emit(name))

    def open_menu(self) -> None:
        """Show the menu of all actions."""
        self.fill_menu()
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def press_primary(self) -> None:
        """The first thing that makes sense now."""
        self._press(0)

    def _primary_actions(self) -> list[Action]:
        possible = [action for action in self._actions if action.possible]
        return sorted((a for a in possible if a.primary), key=possible.index)[:2]

    def _press(self, number: int) -> None:
        wanted = self._primary_actions()
        if number < len(wanted):
            self.acted.emit(wanted[number].id)

    def _changed(self, change: object) -> None:
        self.refresh()

    def _lay_out(self) -> None:
        ids = QHBoxLayout()
        ids.setSpacing(16)
        for widget in (self.run_id, self.thread_id, self.source):
            ids.addWidget(widget)
        ids.addStretch(1)
        for widget in (self.deadline, self.clocks, self.closing):
            ids.addWidget(widget)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.why, 1, Qt.AlignmentFlag.AlignVCenter)
        for button in (*self.primary, self.more):
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        layout.addLayout(ids)
        layout.addLayout(line)

    def _restyle(self) -> None:
        theme = self._desk.theme
        muted = f"color: {theme.tokens.muted};"
        for label in (self.thread_id, self.source, self.clocks, self.closing):
            label.setStyleSheet(muted)
        for label in (self.run_id, self.thread_id, self.clocks, self.deadline):
            label.setFont(theme.mono())
        self.deadline.setStyleSheet(f"color: {theme.ending(Ending.WAITING).name()};")
        self.badge.update()


_COUNTING = (Ending.RUNNING, Ending.NOT_STARTED, Ending.WAITING, Ending.STALLED, Ending.CUT)
