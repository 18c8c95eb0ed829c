"""The rules that colour the log: each a filter and a colour, on or off, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.present.filter.colouring import BUILT_IN, COLOURS, Rule, moved
from inspector.present.filter.fields import Field
from inspector.ui.filter.box import FilterBox
from inspector.ui.filter.kept import Kept
from inspector.ui.filter.shades import swatch
from inspector.ui.icons import icon
from inspector.ui.parts import primary, prose
from inspector.ui.theme import Theme


class Line(QWidget):
    """One rule: on or off, filter, colour, up, down, away."""

    def __init__(self, theme: Theme, rule: Rule, values: Callable[[Field], Iterable[str]]) -> None:
        super().__init__()
        self.on, self.box, self.colour = QCheckBox(self), FilterBox(theme, self), QComboBox(self)
        self.up, self.down, self.away = QToolButton(self), QToolButton(self), QToolButton(self)
        self.on.setChecked(rule.on)
        self.on.setToolTip(self.tr("Whether it colours"))
        self.on.setAccessibleName(self.tr("Whether it colours"))
        self.box.values = values
        self.box.setText(rule.text)
        self.box.setPlaceholderText(self.tr("A filter, such as gap > 5s"))
        self.box.setAccessibleName(self.tr("Rows that are coloured"))
        for colour in COLOURS:
            self.colour.addItem(swatch(theme, colour), self.tr(colour), colour)
        self.colour.setCurrentIndex(COLOURS.index(rule.colour))
        self.colour.setAccessibleName(self.tr("Colour"))
        muted = theme.color("muted")
        for button, picture, name in (
            (self.up, "up", self.tr("Further up: it counts before those below")),
            (self.down, "down", self.tr("Further down")),
            (self.away, "close", self.tr("Remove the rule")),
        ):
            button.setIcon(icon(picture, muted))
            button.setToolTip(name)
            button.setAccessibleName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        layout.addWidget(self.on)
        layout.addWidget(self.box, 1)
        for widget in (self.colour, self.up, self.down, self.away):
            layout.addWidget(widget)

    @property
    def rule(self) -> Rule:
        """As it stands there."""
        return Rule(self.box.text(), COLOURS[self.colour.currentIndex()], self.on.isChecked())


class RulesDialog(QDialog):
    """What is edited colours the log while it is edited; *Undo* takes back everything since it was opened."""

    def __init__(
        self, theme: Theme, kept: Kept, values: Callable[[Field], Iterable[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kept = kept
        self._values = values
        self._before = kept.rules
        self.lines: list[Line] = []
        self.setWindowTitle(self.tr("Colours of the log"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(680, 420)
        self.add = QPushButton(self.tr("Add a rule"), self)
        self.first = QPushButton(self.tr("As at first"), self)
        self.undo = QPushButton(self.tr("Undo"), self)
        self.done_ = primary(QPushButton(self.tr("Close"), self))
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._lay_out()
        self.show_rules(kept.rules)

    def show_rules(self, rules: Iterable[Rule]) -> None:
        """These in place of those before."""
        for line in self.lines:
            self._rows.removeWidget(line)
            line.deleteLater()
        self.lines = [Line(self._theme, rule, self._values) for rule in rules]
        for number, line in enumerate(self.lines):
            self._rows.insertWidget(number, line)
            line.on.toggled.connect(self._keep)
            line.box.textChanged.connect(self._keep)
            line.colour.currentIndexChanged.connect(self._keep)
            line.up.clicked.connect(partial(self._move, number, -1))
            line.down.clicked.connect(partial(self._move, number, 1))
            line.away.clicked.connect(partial(self._drop, number))
            line.up.setEnabled(number > 0)
            line.down.setEnabled(number < len(self.lines) - 1)
        self._keep()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """As they stand there."""
        return tuple(line.rule for line in self.lines)

    def add_rule(self, text: str = "") -> None:
        """A new one is first: what is asked for last is what is to be seen."""
        used = {rule.colour for rule in self.rules}
        colour = next((colour for colour in COLOURS if colour not in used), COLOURS[0])
        self.show_rules((Rule(text, colour), *self.rules))
        self.lines[0].box.setFocus()

    def _keep(self, _: object = None) -> None:
        if self.rules != self._kept.rules:
            self._kept.colour(self.rules)
        self.undo.setEnabled(self._kept.rules != self._before)
        self.first.setEnabled(self._kept.rules != BUILT_IN)

    def _move(self, number: int, by: int) -> None:
        self.show_rules(moved(self.rules, number, by))

    def _drop(self, number: int) -> None:
        self.show_rules(rule for place, rule in enumerate(self.rules) if place != number)

    def _lay_out(self) -> None:
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._list)
        buttons = QGridLayout()
        for place, button in enumerate((self.add, self.first, self.undo)):
            buttons.addWidget(button, 0, place)
        buttons.setColumnStretch(3, 1)
        buttons.addWidget(self.done_, 0, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(
            prose(
                self.tr(
                    "The first rule that fits colours a row. “As at first” colours what proves errors and warnings."
                ),
                "muted",
            )
        )
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        self.add.clicked.connect(lambda: self.add_rule())
        self.first.clicked.connect(lambda: self.show_rules(BUILT_IN))
        self.undo.clicked.connect(lambda: self.show_rules(self._before))
        self.done_.clicked.connect(self.close)
        for button in (self.add, self.first, self.undo, self.done_):
            button.setAutoDefault(False)
