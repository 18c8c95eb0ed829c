"""The button beside the box: saved filters, the rules that colour, and what can be typed."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from inspector.present.filter.cells import joined
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.ui.filter.box import FilterBox
from inspector.ui.filter.kept import Kept
from inspector.ui.icons import icon
from inspector.ui.theme import Theme

SHOWN = 50
"""Characters of a filter beside its name."""


class FilterMenu(QToolButton):
    """Filled whenever it is opened. ``save``, ``colours`` and ``guide`` are commands, too."""

    def __init__(self, theme: Theme, box: FilterBox, kept: Kept, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._box = box
        self._kept = kept
        self.inner = QMenu(self)
        self.inner.setToolTipsVisible(True)
        self.setText(self.tr("Filters"))
        self.setToolTip(self.tr("Saved filters, colours, and what can be typed"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(self.inner)
        self.inner.aboutToShow.connect(self.fill)
        theme.changed.connect(self._paint)
        self._paint()

    def fill(self) -> None:
        """The saved filters as they are now."""
        menu = self.inner
        menu.clear()
        for name, text in self._kept.filters:
            entry = menu.addMenu(name.replace("&", "&&"))
            entry.setToolTip(text)
            short = text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
            entry.addAction(short.replace("&", "&&")).triggered.connect(partial(self._use, text, "only"))
            entry.addSeparator()
            for how, title in (("and", self.tr("Add: … and this")), ("and not", self.tr("Add: … and not this"))):
                entry.addAction(title).triggered.connect(partial(self._use, text, how))
            entry.addAction(self.tr("Forget it")).triggered.connect(partial(self._kept.forget, name))
        if not self._kept.filters:
            menu.addAction(self.tr("No filter is saved yet")).setEnabled(False)
        menu.addSeparator()
        save = menu.addAction(self.tr("Save this filter…"))
        save.triggered.connect(self.save)
        save.setEnabled(bool(self._box.text().strip()) and self._box.problem is None)
        menu.addAction(self.tr("Colours of the log…")).triggered.connect(lambda: self.colours())
        menu.addAction(self.tr("What can be typed…")).triggered.connect(self.guide)

    def save(self) -> None:
        """Ask for a name, and keep the filter that is in the box by it."""
        text = self._box.text().strip()
        if not text or self._box.problem is not None:
            self._box.setFocus()
            return
        asking = QInputDialog(self.window())
        asking.setWindowTitle(self.tr("Save the filter"))
        asking.setLabelText(self.tr("Name for %1").replace("%1", text if len(text) <= SHOWN else f"{text[:SHOWN]}…"))
        asking.setOkButtonText(self.tr("Save"))
        asking.textValueSelected.connect(lambda name: self._kept.save(name.strip() or text, text))
        asking.finished.connect(asking.deleteLater)
        asking.open()

    def colours(self, text: str = "") -> None:
        """Edit the rules that colour the log; with a filter, a new one for it is first."""
        # Not imported before it is opened, nor is the guide: the window is there sooner.
        from inspector.ui.filter.rules import RulesDialog

        dialog = RulesDialog(self._theme, self._kept, self._box.values, self.window())
        if text:
            dialog.add_rule(text)
        dialog.open()

    def guide(self) -> None:
        """Show what can be typed."""
        from inspector.ui.filter.guide import Guide

        Guide(self._theme, self.window()).open()

    def _use(self, text: str, how: str) -> None:
        tree = parse(text)
        self._box.apply(text if how == "only" or isinstance(tree, Problem) else joined(self._box.text(), tree, how))

    def _paint(self) -> None:
        self.setIcon(icon("filter", self._theme.color("muted")))
