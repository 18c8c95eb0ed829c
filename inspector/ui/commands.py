"""The commands of the window: menus, tool bar, shortcuts, and the palette that lists them all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from inspector.present.filter.cells import joined
from inspector.ui.filter.box import FilterBox
from inspector.ui.filter.menu import FilterMenu
from inspector.ui.log.landmarks import Kind
from inspector.ui.theme import Mode

if TYPE_CHECKING:
    from inspector.ui.window import Window


Keys = str | QKeySequence.StandardKey | None


class Commands(QObject):
    """Makes all actions of a window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.all: list[QAction] = []
        self.filter = FilterBox(window.desk.theme)
        self.filters = FilterMenu(window.desk.theme, self.filter, window.kept, window)
        self._menus()
        self._tools()

    def _add(self, menu: QMenu, text: str, keys: Keys, act: Callable[[], object], picture: str = "") -> QAction:
        action = QAction(text, self._window)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        if picture:
            self._window.tools.show_icon(action, picture)
        return self._take(menu, action, act)

    def _take(self, menu: QMenu, action: QAction, act: Callable[[], object]) -> QAction:
        action.triggered.connect(lambda _=False: act())
        menu.addAction(action)
        self.all.append(action)
        return action

    def _menus(self) -> None:
        file, view, run, find, go, help_ = self._window.menus
        self._file(file)
        self._view(view)
        self._run(run)
        self._find(find)
        self._go(go)
        self.palette = self._take(help_, self._window.tools.palette_, self.show_palette)

    def _file(self, menu: QMenu) -> None:
        doings, keys, tools = self._window.doings, QKeySequence.StandardKey, self._window.tools
        self.connect_ = self._take(menu, tools.connect_, doings.connect_server)
        self.capture = self._add(menu, self.tr("Ca&pture my app…"), "Ctrl+Shift+N", doings.capture, "connect")
        self.open_ = self._take(menu, tools.open_, doings.open_dialog)
        self.recents = menu.addMenu(self.tr("Open &recent"))
        self.recents.aboutToShow.connect(self.fill_recents)
        self.paste = self._take(menu, tools.paste, doings.paste)
        menu.addSeparator()
        self._add(menu, self.tr("&Record to…"), keys.Save, doings.save_dialog, "save")
        self._add(menu, self.tr("&Export…"), "Ctrl+E", doings.sessions.export_dialog)
        self._add(menu, self.tr("Co&mpare two runs…"), "Ctrl+D", doings.sessions.compare_dialog)
        self._add(menu, self.tr("C&lose file"), "Ctrl+W", self._close_file)
        menu.addSeparator()
        self._add(menu, self.tr("&Quit"), "Ctrl+Q", self._window.close)

    def _run(self, menu: QMenu) -> None:
        window, doings = self._window, self._window.doings
        self.start = self._take(menu, self._window.tools.start, doings.start_run)
        menu.addSeparator()
        self._add(menu, self.tr("&Do what makes sense now…"), "Ctrl+Return", window.middle.header.press_primary)
        self._add(menu, self.tr("&All actions…"), "Ctrl+.", window.middle.header.open_menu)
        self._add(menu, self.tr("&Refresh from the server…"), "F5", lambda: doings.act("refresh"), "refresh")
        menu.addSeparator()
        self._add(menu, self.tr("&Watch again"), "Ctrl+Shift+W", doings.watch_again)
        self._add(menu, self.tr("Stop wa&tching"), None, doings.stop_watching)
        self._add(menu, self.tr("&Copy the run's id"), "Ctrl+Shift+C", window.middle.header.run_id.copy, "copy")
        self._add(menu, self.tr("Copy the &thread's id"), None, window.middle.header.thread_id.copy)

    def _view(self, menu: QMenu) -> None:
        window, theme = self._window, self._window.desk.theme
        group = QActionGroup(self)
        for mode, text in (
            (Mode.SYSTEM, self.tr("Look: as the &system")),
            (Mode.LIGHT, self.tr("Look: &light")),
            (Mode.DARK, self.tr("Look: &dark")),
        ):
            action = self._add(menu, text, None, partial(theme.set_mode, mode))
            action.setCheckable(True)
            action.setChecked(theme.mode is mode)
            group.addAction(action)
        menu.addSeparator()
        for dock, text in (
            (window.left, self.tr("Show the &runs")),
            (window.right, self.tr("Show the de&tail")),
            (window.bottom, self.tr("Show the &findings")),
        ):
            toggle = dock.toggleViewAction()
            toggle.setText(text)
            menu.addAction(toggle)
            self.all.append(toggle)
        menu.addSeparator()
        self._add(menu, self.tr("&Colours of the log…"), None, self.filters.colours)
        self.notify = self._add(menu, self.tr("&Notify when a run needs me"), None, lambda: None)
        self.notify.setCheckable(True)
        self.notify.setChecked(True)
        self.notify.toggled.connect(lambda on: window.notifier.enable(on))
        self._add(menu, self.tr("Restore default la&yout"), None, window.restore_default)
        self._add(menu, self.tr("&Close the message"), "Esc", window.bar.hide)

    def _find(self, menu: QMenu) -> None:
        travel = self._window.middle.log.travel
        self._add(menu, self.tr("&Find in the log…"), "Ctrl+F", travel.find, "search")
        self._add(menu, self.tr("Find &next"), "F3", travel.find_next)
        self._add(menu, self.tr("Find &previous"), "Shift+F3", travel.find_previous)
        self._add(menu, self.tr("&Go to a frame or a time…"), "Ctrl+G", travel.go_to)
        menu.addSeparator()
        self._add(menu, self.tr("&Save the filter…"), None, self.filters.save)
        self._add(menu, self.tr("&What can be typed as a filter…"), None, self.filters.guide)
        menu.addSeparator()
        self._window.middle.log.cells.more = [
            self._add(menu, self.tr("&Mark this row, or mark it no more"), "Ctrl+M", travel.toggle_mark),
            self._add(menu, self.tr("&Comment on this row…"), "Ctrl+Shift+M", travel.comment),
        ]
        for kind, keys, following, preceding in (
            (Kind.MARK, "F2", self.tr("Next mark or comment"), self.tr("Previous mark or comment")),
            (Kind.FINDING, "F8", self.tr("Next finding"), self.tr("Previous finding")),
            (Kind.CHANGE, "F7", self.tr("Next change of state"), self.tr("Previous change of state")),
        ):
            menu.addSeparator()
            self._add(menu, following, keys, partial(travel.next, kind))
            self._add(menu, preceding, f"Shift+{keys}", partial(travel.previous, kind))

    def _go(self, menu: QMenu) -> None:
        window = self._window
        places: tuple[tuple[str, str, QWidget], ...] = (
            (self.tr("&Runs"), "Ctrl+1", window.runs.view),
            (self.tr("&Servers"), "Ctrl+2", window.browse),
            (self.tr("&Log"), "Ctrl+3", window.middle.log),
            (self.tr("&Detail"), "Ctrl+4", window.detail),
            (self.tr("&Findings"), "Ctrl+5", window.findings),
            (self.tr("&What to do"), "Ctrl+0", window.steps),
            (self.tr("&Journal"), "Ctrl+6", window.journal),
            (self.tr("Life&cycle"), "Ctrl+7", window.middle.lifecycle),
            (self.tr("&Graph"), "Ctrl+8", window.middle.graph),
            (self.tr("&Timeline"), "Ctrl+9", window.middle.timeline),
            (self.tr("Filter of the lo&g"), "Ctrl+L", self.filter),
            (self.tr("Filter of the r&uns"), "Ctrl+Shift+F", window.runs.filter),
            (self.tr("S&earch on the servers"), "Ctrl+Shift+S", window.browse.filter),
        )
        for text, keys, place in places:
            self._add(menu, self.tr("Go to: %1").replace("%1", text), keys, partial(window.reveal, place))

    def _tools(self) -> None:
        self.filter.setAccessibleName(self.tr("Filter the log"))
        log = self._window.middle.log
        self.filter.values = log.fitting.values
        self.filter.wanted.connect(log.fitting.take)
        self.filter.entered.connect(log.fitting.at_once)
        log.cells.applied.connect(lambda tree, how: self.filter.apply(joined(self.filter.text(), tree, how)))
        log.cells.prepared.connect(lambda tree, how: self.filter.prepare(joined(self.filter.text(), tree, how)))
        log.cells.coloured.connect(self.filters.colours)
        log.fitting.set_rules(self._window.kept.rules)
        self._window.kept.recoloured.connect(log.fitting.set_rules)
        self._window.tools.take_filter(self.filter, self.filters)

    def show_palette(self) -> None:
        """Every command, found by typing."""
        # Not imported before it is opened: the window is there sooner.
        from inspector.ui.dialogs.commands import CommandPalette

        CommandPalette(self.all, self._window).open()

    def _close_file(self) -> None:
        """What is being typed about it is kept first."""
        self._window.middle.log.travel.noter.keep()
        self._window.doings.close_file()

    def fill_recents(self) -> None:
        """The files that were opened last."""
        self.recents.clear()
        for name in self._window.doings.recents():
            entry = self.recents.addAction(name.replace("&", "&&"))
            entry.triggered.connect(lambda _=False, path=name: self._window.doings.open_files([Path(path)]))
        if self.recents.isEmpty():
            self.recents.addAction(self.tr("nothing yet")).setEnabled(False)
