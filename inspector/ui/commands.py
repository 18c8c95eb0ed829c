"""The commands of the window: menus, tool bar, shortcuts, and the palette that lists them all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QToolBar, QWidget

from inspector.ui.dialogs.commands import CommandPalette
from inspector.ui.icons import icon
from inspector.ui.theme import Mode

if TYPE_CHECKING:
    from inspector.ui.window import Window


Keys = str | QKeySequence.StandardKey | None


class Commands(QObject):
    """Makes all actions of a window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._iconed: list[tuple[QAction, str]] = []
        self.all: list[QAction] = []
        self.filter = QLineEdit()
        self._menus()
        self._tools()
        window.desk.theme.changed.connect(self._paint)
        self._paint()

    def _add(self, menu: QMenu, text: str, keys: Keys, act: Callable[[], object], picture: str = "") -> QAction:
        action = QAction(text, self._window)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False: act())
        menu.addAction(action)
        if picture:
            self._iconed.append((action, picture))
        self.all.append(action)
        return action

    def _menus(self) -> None:
        window, doings, keys = self._window, self._window.doings, QKeySequence.StandardKey
        bar = window.menuBar()
        file = bar.addMenu(self.tr("&File"))
        self.connect_ = self._add(file, self.tr("&Connect…"), "Ctrl+N", doings.connect_server, "connect")
        self.open_ = self._add(file, self.tr("&Open…"), keys.Open, doings.open_dialog, "open")
        self.recents = file.addMenu(self.tr("Open &recent"))
        self.recents.aboutToShow.connect(self._fill_recents)
        self.paste = self._add(file, self.tr("&Paste to attach…"), "Ctrl+Shift+V", doings.paste, "paste")
        file.addSeparator()
        self._add(file, self.tr("&Record to…"), keys.Save, doings.save_dialog, "save")
        self._add(file, self.tr("&Export as wire log…"), "Ctrl+E", doings.export_dialog)
        self._add(file, self.tr("C&lose file"), keys.Close, doings.close_file)
        file.addSeparator()
        self._add(file, self.tr("&Quit"), "Ctrl+Q", window.close)
        self._view(bar.addMenu(self.tr("&View")))
        run = bar.addMenu(self.tr("&Run"))
        self.start = self._add(run, self.tr("&Start a run…"), "Ctrl+R", doings.start_run, "start")
        self._add(run, self.tr("&Do what makes sense now…"), "Ctrl+Return", window.middle.header.press_primary)
        self._add(run, self.tr("&All actions…"), "Ctrl+.", window.middle.header.open_menu)
        self._add(run, self.tr("&Refresh from the server…"), "F5", lambda: doings.act("refresh"), "refresh")
        self._add(run, self.tr("Stop &watching"), None, doings.stop_watching)
        self._go(bar.addMenu(self.tr("&Go")))
        help_ = bar.addMenu(self.tr("&Help"))
        self.palette = self._add(help_, self.tr("&Commands…"), "Ctrl+K", self.show_palette, "commands")

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
        notify = self._add(menu, self.tr("&Notify when a run needs me"), None, lambda: None)
        notify.setCheckable(True)
        notify.toggled.connect(lambda on: setattr(window.notifier, "enabled", on))
        self.notify = notify
        self._add(menu, self.tr("Restore default la&yout"), None, window.restore_default)

    def _go(self, menu: QMenu) -> None:
        window = self._window
        places: tuple[tuple[str, str, Callable[[], object]], ...] = (
            (self.tr("&Runs"), "Ctrl+1", window.runs.view.setFocus),
            (self.tr("&Log"), "Ctrl+2", window.middle.log.setFocus),
            (self.tr("&Detail"), "Ctrl+3", window.detail.setFocus),
            (self.tr("&Findings"), "Ctrl+4", lambda: window.below.setCurrentIndex(window.findings_tab)),
            (self.tr("&Journal"), "Ctrl+5", lambda: window.below.setCurrentIndex(1)),
            (self.tr("Life&cycle"), "Ctrl+6", lambda: window.middle.pictures.setCurrentIndex(0)),
            (self.tr("&Graph"), "Ctrl+7", lambda: window.middle.pictures.setCurrentIndex(1)),
            (self.tr("Filter the lo&g"), "Ctrl+F", self.filter.setFocus),
            (self.tr("Filter the r&uns"), "Ctrl+Shift+F", window.runs.filter.setFocus),
        )
        for text, keys, act in places:
            self._add(menu, self.tr("Go to: %1").replace("%1", text), keys, act)

    def _tools(self) -> None:
        bar = QToolBar(self.tr("Tools"), self._window)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for action in (self.connect_, self.open_, self.paste, self.start):
            bar.addAction(action)
        space = QWidget(bar)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        self.filter.setPlaceholderText(self.tr("Filter the log: words of event, state or text"))
        self.filter.setAccessibleName(self.tr("Filter the log"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(360)
        self.filter.textChanged.connect(self._window.middle.log.filter_text)
        bar.addWidget(self.filter)
        bar.addAction(self.palette)
        self._window.addToolBar(bar)

    def show_palette(self) -> None:
        """Every command, found by typing."""
        CommandPalette(self.all, self._window).open()

    def _fill_recents(self) -> None:
        self.recents.clear()
        for name in self._window.doings.recents():
            entry = self.recents.addAction(name)
            entry.triggered.connect(lambda _=False, path=name: self._window.doings.open_files([Path(path)]))
        if self.recents.isEmpty():
            self.recents.addAction(self.tr("nothing yet")).setEnabled(False)

    def _paint(self) -> None:
        for action, picture in self._iconed:
            action.setIcon(icon(picture, self._window.desk.theme.color("muted")))
