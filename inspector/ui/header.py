"""The top of the middle: which run, how it stands, why, how old each clock is, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from inspector.domain.actions import Action
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict
from inspector.present.playbook import ordered
from inspector.present.runlist import countdown, short_id
from inspector.present.times import clock
from inspector.present.truth import headline
from inspector.present.words import ENDING_WORDS
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId, WatchState
from inspector.ui.desk import Desk
from inspector.ui.icons import paint_ending
from inspector.ui.leaving import closing_of
from inspector.ui.parts import Clamped, Elided, set_tone

CLOSING = {
    "passive": ("safe to close", "Closing this window does no harm to the run.", "muted"),
    "unknown": (
        "closing may harm the run",
        "Nobody knows whether this server ends a run when its watcher leaves.",
        "warn",
    ),
    "cancels": ("closing cancels the run", "This connection carries the run: closing it cancels the run.", "error"),
}
"""By what closing does: the badge's word, its meaning, its tone."""

COUNTING = (Ending.RUNNING, Ending.NOT_STARTED, Ending.WAITING, Ending.STALLED, Ending.CUT, Ending.UNKNOWN)
"""Endings that are none yet: clocks count, and there is something to watch."""

REASON = 90
"""Characters of a reason in the menu; all of it is in the tooltip."""

ROOMY, LEAST = 680, 440
"""From what width on there is room for a second button, and the width that the header never asks to exceed."""


class IdLabel(Elided):
    """An id in the middle of which something is left out; a click, or Enter, copies all of it."""

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def show_id(self, prefix: str, full: str | None, instead: str = "") -> None:
        """Show an id; for None what stands in its place, or nothing."""
        self._full = full or ""
        self.setText(f"{prefix}{short_id(full, 22)}" if full else instead)
        self.setToolTip(self.tr("%1\nClick to copy").replace("%1", full) if full else "")
        self.setAccessibleName(f"{prefix}{full}" if full else instead)
        self.setVisible(bool(self.text()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Copies the whole id."""
        self.copy()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space copy as a click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """The whole id to the clipboard."""
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
    """Shows the desk's focus. ``acted`` asks for the sheet of an action, ``watches`` to watch the run again."""

    acted = Signal(str)
    watches = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions: tuple[Action, ...] = ()
        self._filled = False
        self.badge = Badge(desk, self)
        self.name, self.run_id, self.thread_id = Elided(self), IdLabel(self), IdLabel(self)
        self.source, self.clocks, self.deadline = Elided(self), Elided(self), Elided(self)
        self.closing, self.why = Elided(self), Clamped(2, self)
        self.watch = QPushButton(self.tr("Watch"), self)
        self.primary = [QPushButton(self), QPushButton(self)]
        self.more = QToolButton(self)
        self.menu = QMenu(self, toolTipsVisible=True)
        self._set_up()
        self._lay_out()
        for number, button in enumerate(self.primary):
            button.clicked.connect(lambda _=False, n=number: self._press(n))
        self.watch.clicked.connect(self.watches)
        for label in (self.run_id, self.thread_id):
            label.copied.connect(lambda full: desk.told.emit(self.tr("Copied %1.").replace("%1", full)))
        desk.focused.connect(self.refresh)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self.refresh)
        desk.theme.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        """What is said never widens the window, nor moves what stands beside it."""
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the second button is in the menu alone."""
        super().resizeEvent(event)
        self._show_primary()

    def refresh(self) -> None:
        """Show the run in focus as it stands."""
        run = self._desk.focus
        self.setVisible(run is not None)
        if run is None:
            return
        hub = self._desk.hub
        case, verdict = hub.case(run), hub.verdict(run)
        self.badge.show_ending(verdict.ending)
        self.name.setText(case.run.name or "")
        self.name.setToolTip(self.name.text())
        self.name.setVisible(bool(case.run.name))
        self.run_id.show_id("", case.run.id, self.tr("(no id)"))
        thread = case.run.thread if case.run.thread not in (case.run.id, case.run.name) else None
        self.thread_id.show_id(self.tr("thread "), thread)
        self.why.setText(headline(verdict))
        self.why.setToolTip(self.why.text())
        self.why.setAccessibleName(self.why.text())
        self._show_clocks(run, verdict)
        self._show_watch(run, verdict)
        actions = [action for action in hub.actions(run) if run.book == LIVE or action.possible]
        self._show_deadline(run, verdict, actions)
        self._show_actions(ordered(actions, verdict))

    def _show_clocks(self, run: RunId, verdict: Verdict) -> None:
        self.clocks.setVisible(run.book == LIVE and verdict.ending in COUNTING)
        if self.clocks.isHidden():
            return
        clocks = self._desk.hub.clocks(run)
        ages = (
            (self.tr("byte"), clocks.byte),
            (self.tr("content"), clocks.content),
            (self.tr("state"), clocks.change),
        )
        told = [f"{name} {clock(ms) if ms is not None else '–':>5}" for name, ms in ages]
        lines = (self.tr("last %1").replace("%1", " · ".join(told[place:])) for place in range(len(told)))
        self.clocks.show_line(next(lines), tuple(lines))

    def _show_deadline(self, run: RunId, verdict: Verdict, actions: Sequence[Action]) -> None:
        """What runs out: somebody's patience, or else an offer."""
        wall = self._desk.hub.case(run).wall_ms
        offer = next((action for action in actions if action.until is not None), None)
        until = offer.until if verdict.deadline is None and offer is not None else verdict.deadline
        self.deadline.setVisible(until is not None and wall is not None)
        if until is None or wall is None:
            return
        left = until * 1000 - wall - self._desk.hub.now(run.book)
        whose = "" if verdict.deadline is not None or offer is None else f"{offer.title}: "
        left_over = countdown(verdict.lapses, left)
        self.deadline.show_line(whose + left_over, (left_over,))

    def _show_watch(self, run: RunId, verdict: Verdict) -> None:
        state = self._desk.hub.watching(run)
        active = state is not None and state.active
        self.source.setText(self._source(run, verdict, state))
        self.source.setToolTip((state.problem if state is not None else None) or self.source.text())
        held = state is None and closing_of(self._desk.hub, run) == "cancels"  # a request that nobody has answered
        told = state.closing if state is not None else "cancels" if held else None
        word, meaning, tone = ("", "", "") if told is None else CLOSING.get(told, CLOSING["unknown"])
        self.closing.setText(word)
        self.closing.setVisible(active or held)
        self.closing.setToolTip(meaning)
        set_tone(self.closing, tone)
        self.watch.setVisible(not active and verdict.ending in COUNTING and self._askable(run))

    def _source(self, run: RunId, verdict: Verdict, state: WatchState | None) -> str:
        if run.book != LIVE:
            growing = any(book.id == run.book and book.live for book in self._desk.hub.books())
            return self.tr("recording, still growing") if growing else self.tr("recording")
        if state is not None and state.active:
            if not state.source:
                return self.tr("Watched: asking the server")
            return self.tr("Watched by %1").replace("%1", state.source)
        return self.tr("Not watched") if verdict.ending in COUNTING and self._askable(run) else ""

    def _askable(self, run: RunId) -> bool:
        """Whether there is a server to ask, and an id to ask it for."""
        mine = self._desk.hub.case(run).run
        there = any(each.name == mine.connection for each in self._desk.hub.connections())
        return run.book == LIVE and mine.id is not None and there

    def _show_actions(self, actions: tuple[Action, ...]) -> None:
        if actions == self._actions and self._filled:
            return
        self._actions, self._filled = actions, True
        self._show_primary()
        self.more.setVisible(bool(actions))
        QTimer.singleShot(0, self, self.fill_menu)

    def _show_primary(self) -> None:
        wanted = self._primary_actions()
        for number, button in enumerate(self.primary):
            action = wanted[number] if number < len(wanted) and (number == 0 or self.width() >= ROOMY) else None
            button.setVisible(action is not None)
            if action is not None:
                button.setText(action.title + "…")
                button.setToolTip(action.consequence)

    def fill_menu(self) -> None:
        """All actions; the impossible ones with their reason. Left as it is while somebody looks at it."""
        if self.menu.isVisible():
            return
        self.menu.clear()
        for action in self._actions:
            reason = action.why_not or ""
            short = reason if len(reason) <= REASON else reason[: REASON - 1] + "…"
            entry = self.menu.addAction(action.title + "…" if action.possible else f"{action.title} — {short}")
            entry.setEnabled(action.possible)
            entry.setToolTip(reason or action.consequence)
            entry.triggered.connect(lambda _=False, name=action.id: self.acted.emit(name))

    def open_menu(self) -> None:
        """Show the menu of all actions."""
        if not self._actions or self.isHidden():
            self._desk.told.emit(self.tr("Nothing can be done here: no live run is shown."))
            return
        self.fill_menu()
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def press_primary(self) -> None:
        """The first thing that makes sense now."""
        if not self._primary_actions():
            self._desk.told.emit(self.tr("Nothing has to be done here now."))
        self._press(0)

    def _primary_actions(self) -> list[Action]:
        return [action for action in self._actions if action.possible and action.primary][:2]

    def _press(self, number: int) -> None:
        wanted = self._primary_actions()
        if number < len(wanted):
            self.acted.emit(wanted[number].id)

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if run is None or change.kind != "rows" or (change.book == run.book and run.key in change.runs):
            self.refresh()

    def _set_up(self) -> None:
        self.clocks.setToolTip(self.tr("How long ago the last byte, the last content and the last state change came"))
        self.deadline.setToolTip(self.tr("Until the server gives up waiting, or the app that reads the stream"))
        self.primary[0].setProperty("primary", True)
        self.watch.setToolTip(self.tr("Ask how this run stands, and watch it from now on"))
        self.watch.setProperty("link", True)
        self.watch.setFlat(True)
        for button in self.primary:
            button.setMinimumWidth(120)
        self.more.setText(self.tr("More"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setAccessibleName(self.tr("More actions"))
        self.more.setMenu(self.menu)

    def _lay_out(self) -> None:
        ids = QHBoxLayout()
        ids.setSpacing(16)
        ids.addWidget(self.name)
        ids.addWidget(self.run_id)
        ids.addWidget(self.thread_id)
        ids.addStretch(1)
        ids.addWidget(self.deadline)
        how = QHBoxLayout()
        how.setSpacing(16)
        for part in (self.source, self.closing, self.watch):
            how.addWidget(part)
        how.addStretch(1)
        how.addWidget(self.clocks)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (*self.primary, self.more):
            buttons.addWidget(button)
        top = Qt.AlignmentFlag.AlignTop
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.setRowMinimumHeight(1, 20)
        grid.addWidget(self.badge, 0, 0, 2, 1, top)
        grid.addWidget(self.why, 0, 1, top)
        grid.addLayout(buttons, 0, 2, top)
        grid.addLayout(how, 1, 1, 1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        layout.addLayout(ids)
        layout.addLayout(grid)

    def _restyle(self) -> None:
        theme = self._desk.theme
        for label in (self.thread_id, self.source, self.clocks):
            set_tone(label, "muted")
        for label in (self.run_id, self.thread_id, self.clocks, self.deadline):
            label.setFont(theme.mono())
        self.name.setFont(theme.text(bold=True))
        set_tone(self.deadline, "warn")
        self.badge.update()
