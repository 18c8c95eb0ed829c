"""The box in which a filter is typed: green where it makes sense, red with a sentence where it stops, and offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from inspector.domain.charts import Ending
from inspector.present.filter.completing import Offer, complete
from inspector.present.filter.fields import FIELDS, Field
from inspector.present.filter.grammar import compares, parse
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import EVERY, Op, Tree
from inspector.ui.filter.callout import Callout
from inspector.ui.filter.offers import Offers
from inspector.ui.theme import Theme

_GO_ON = frozenset([*FIELDS, *Op, "and", "or", "not"])
"""Behind these, something else has to come."""

OFFER_MS = 80
"""So long nothing more has to be typed before something is offered."""


class FilterBox(QLineEdit):
    """``wanted`` carries what is to be applied: whatever makes sense, as it is typed; ``entered`` that it is at once.

    ``values`` tells the values of a field that occur. ``applies`` false: nothing is told before Enter.
    """

    wanted = Signal(object)
    entered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.values: Callable[[Field], Iterable[str]] = lambda field: ()
        self.applies = True
        self.problem: Problem | None = None
        self.tree: Tree = EVERY
        self.callout = Callout(theme, self)
        self.offers = Offers(theme, self)
        self._soon = QTimer(self, interval=OFFER_MS, singleShot=True)
        self._soon.timeout.connect(self._offer)
        self.setClearButtonEnabled(True)
        self.offers.chosen.connect(self._take)
        self.textChanged.connect(self._read)
        self.textEdited.connect(lambda _: self._soon.start())
        self.returnPressed.connect(self._enter)
        theme.changed.connect(self._paint)

    def apply(self, text: str) -> None:
        """Put a filter in, and apply it at once."""
        self.applies = True
        self.setText(text)
        self._enter()

    def reset(self) -> None:
        """What was typed was dropped elsewhere."""
        self.applies = False
        self.clear()
        self.applies = True
        self._explain()

    def prepare(self, text: str) -> None:
        """Put a filter in, to be looked at and changed; it is applied at Enter, or once something is typed."""
        self.applies = False
        self.setText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Esc and Tab are the list's while it is shown, and not the window's."""
        if isinstance(event, QKeyEvent) and self.offers.isVisible():
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
                return self._hand_on(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that choose go to the list; Ctrl+Space offers whatever can stand here."""
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._offer(asked=True)
            return
        if self._hand_on(event):
            return
        if event.text():
            self.applies = True
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What lies below the box is for who types in it, and not in the way of who looks at something else."""
        super().focusOutEvent(event)
        self._soon.stop()
        self.callout.hide()
        self.offers.hide()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The sentence comes back."""
        super().focusInEvent(event)
        self._explain()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line below what makes no sense."""
        super().paintEvent(event)
        if self.problem is None or self.problem.start >= self.problem.end:
            return
        metrics, cursor = self.fontMetrics(), self.cursorRect()
        origin = cursor.center().x() - metrics.horizontalAdvance(self.text()[: self.cursorPosition()])
        left = origin + metrics.horizontalAdvance(self.text()[: self.problem.start])
        right = origin + metrics.horizontalAdvance(self.text()[: self.problem.end])
        painter = QPainter(self)
        painter.setClipRect(self.rect().adjusted(4, 0, -24, 0))
        painter.setPen(QPen(self._theme.ending(Ending.FAILED), 2))
        painter.drawLine(QPoint(left, cursor.bottom() - 2), QPoint(right, cursor.bottom() - 2))

    def _read(self, text: str) -> None:
        read = parse(text)
        self.problem = read if isinstance(read, Problem) else None
        if not isinstance(read, Problem):
            self.tree = read
            if self.applies:
                self.wanted.emit(read)
        self._paint()
        self._explain()
        self.update()

    def _hand_on(self, event: QKeyEvent) -> bool:
        taken = self.offers.handle(event.key())
        if taken:
            self.callout.below(self.offers.height_shown)
        return taken

    def _enter(self) -> None:
        self._soon.stop()
        self.offers.hide()
        self.callout.below(0)
        if self.problem is None:
            self.applies = True
            self.wanted.emit(self.tree)
            self.entered.emit()

    def _explain(self) -> None:
        said = self.tr("Enter applies it") if not self.applies and not self.problem else ""
        self.callout.say(self.problem.sentence if self.problem else said, bool(self.problem))
        self.setToolTip(self.problem.sentence if self.problem else "")

    def _paint(self) -> None:
        """Words alone have no colour: they always make sense."""
        if not compares(self.text()) and self.problem is None:
            self.setStyleSheet("")
            return
        color = self._theme.ending(Ending.FAILED if self.problem else Ending.COMPLETED)
        self.setStyleSheet(
            f"QLineEdit {{ background: {self._theme.tint(color, 0.12).name()}; border-color: {color.name()}; }}"
        )

    def _offer(self, asked: bool = False) -> None:
        found = complete(self.text(), self.cursorPosition(), self.values, asked)
        self.offers.show_offers(found if self.hasFocus() or asked else None)
        self.callout.below(self.offers.height_shown)

    def _take(self, offer: Offer) -> None:
        """What was chosen takes the place of what was begun; what has to come behind it is offered next."""
        found = self.offers.completion
        go_on = offer.text in _GO_ON and not self.text()[found.end :].startswith(" ")
        self.applies = True
        self.setText(self.text()[: found.start] + offer.text + (" " if go_on else "") + self.text()[found.end :])
        self.setCursorPosition(found.start + len(offer.text) + (1 if go_on else 0))
        if offer.text in _GO_ON:
            self._soon.start()
