"""Colours and fonts: one palette for light and one for dark, following the system or set by hand."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from inspector.domain.charts import Ending
from inspector.domain.findings import Severity

GRID = 8
"""Everything is placed on multiples of this many pixels."""


class Mode(StrEnum):
    """What decides between light and dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tokens(NamedTuple):
    """Colours by their job, as ``#rrggbb``. ``surface`` lies under ``raised``; ``muted`` is the second voice."""

    surface: str
    raised: str
    sunken: str
    text: str
    muted: str
    faint: str
    hairline: str
    accent: str
    on_accent: str
    selection: str
    hover: str


LIGHT = Tokens(
    surface="#f4f5f7",
    raised="#fcfcfd",
    sunken="#eceef1",
    text="#1f2329",
    muted="#5d6673",
    faint="#a6aeb9",
    hairline="#d9dde3",
    accent="#2563c9",
    on_accent="#fbfcfe",
    selection="#d5e4fa",
    hover="#eaf0f9",
)
DARK = Tokens(
    surface="#15181c",
    raised="#1c2025",
    sunken="#111417",
    text="#e2e6ea",
    muted="#97a1ad",
    faint="#59626d",
    hairline="#2e343b",
    accent="#6ea8fe",
    on_accent="#10151b",
    selection="#25405f",
    hover="#232a32",
)

_ENDINGS: dict[Ending, tuple[str, str]] = {  # light, dark
    Ending.RUNNING: ("#2563c9", "#6ea8fe"),
    Ending.NOT_STARTED: ("#5f6b7a", "#93a1b1"),
    Ending.WAITING: ("#a15c00", "#f0b44c"),
    Ending.STALLED: ("#b3541e", "#f08a4b"),
    Ending.CUT: ("#a3288a", "#e07bcb"),
    Ending.COMPLETED: ("#14765c", "#4cc29a"),
    Ending.INCOMPLETE: ("#7a6a00", "#d3c04a"),
    Ending.FAILED: ("#c0262d", "#f4737a"),
    Ending.CANCELLED: ("#6b7280", "#9aa3af"),
    Ending.EXPIRED: ("#8a4b2a", "#cf9571"),
    Ending.LOST: ("#6d3fc0", "#b294f2"),
    Ending.UNKNOWN: ("#5d6673", "#97a1ad"),
}
_SEVERITIES: dict[Severity, tuple[str, str]] = {
    Severity.ERROR: ("#c0262d", "#f4737a"),
    Severity.WARN: ("#a15c00", "#f0b44c"),
    Severity.NOTE: ("#5d6673", "#97a1ad"),
}
_FOUND = ("#4a8a00", "#a3d44a")


SHEET = """
QToolTip { background: @raised; color: @text; border: 1px solid @hairline; padding: 4px; }
QMainWindow::separator { background: @hairline; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QSplitter::handle { background: @hairline; }
QSplitter::handle:horizontal { width: 1px; } QSplitter::handle:vertical { height: 1px; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; color: @muted; }
QDockWidget::title { background: @surface; padding: 6px 8px; }
QMenuBar { background: @surface; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @raised; border: 1px solid @hairline; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @hairline; margin: 4px 8px; }
QToolBar { background: @surface; border: none; border-bottom: 1px solid @hairline; spacing: 4px; padding: 4px; }
QStatusBar { background: @surface; border-top: 1px solid @hairline; color: @muted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { padding: 0 8px; color: @muted; }
QAbstractItemView { border: none; background: @raised; outline: none; }
QTreeView::item, QListWidget::item { padding: 3px 2px; }
QTreeView::item:selected, QListWidget::item:selected { background: @selection; color: @text; }
QTreeView::item:hover:!selected, QListWidget::item:hover:!selected { background: @hover; }
QHeaderView::section { background: @surface; color: @muted; border: none;
    border-bottom: 1px solid @hairline; padding: 4px 8px; }
QTabWidget::pane { border: none; border-top: 1px solid @hairline; }
QTabBar::tab { background: transparent; color: @muted; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QLineEdit, QPlainTextEdit, QTextEdit { background: @raised;
    border: 1px solid @hairline; border-radius: 4px; padding: 4px 6px; selection-background-color: @selection;
    selection-color: @text; }
QPlainTextEdit { font-family: @mono; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit { border: none; padding: 0 2px; }
QComboBox, QAbstractSpinBox { min-height: 24px; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid @muted; border-radius: 7px;
    background: @raised; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid @accent; }
QRadioButton::indicator:disabled { border-color: @faint; }
QCheckBox::indicator:unchecked { width: 12px; height: 12px; border: 1px solid @muted; border-radius: 3px;
    background: @raised; }
QPushButton { background: @raised; border: 1px solid @hairline; border-radius: 4px; padding: 5px 12px; }
QPushButton:hover { background: @hover; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @faint; }
QPushButton[link="true"] { color: @accent; background: transparent; border-color: transparent; padding: 0 4px; }
QPushButton[link="true"]:focus { border-color: @accent; }
QPushButton[primary="true"] { background: @accent; color: @on_accent; border-color: @accent; }
QPushButton[primary="true"]:disabled { background: @sunken; color: @faint; border-color: @hairline; }
QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 4px 8px; }
QToolButton:hover { background: @hover; }
QToolButton:focus { border-color: @accent; }
QToolButton:checked { background: @selection; }
QLabel[tone="muted"] { color: @muted; }
QLabel[tone="warn"] { color: @warn; }
QLabel[tone="error"] { color: @error; }
QLabel[tone="code"] { background: @sunken; border-radius: 4px; padding: 8px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @faint; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""


class Theme(QObject):
    """The look of the window. ``changed`` tells that everything has to be painted anew."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = Mode.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._mode = mode
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def mode(self) -> Mode:
        """What decides between light and dark."""
        return self._mode

    @property
    def dark(self) -> bool:
        """Whether the dark palette is in use."""
        if self._mode is Mode.SYSTEM:
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._mode is Mode.DARK

    @property
    def tokens(self) -> Tokens:
        """The palette in use."""
        return DARK if self.dark else LIGHT

    def set_mode(self, mode: Mode) -> None:
        """Light, dark, or as the system has it."""
        self._mode = mode
        self._apply()

    def color(self, name: str) -> QColor:
        """A token by its name."""
        return QColor(getattr(self.tokens, name))

    def ending(self, ending: Ending) -> QColor:
        """The colour of an ending."""
        return QColor(_ENDINGS[ending][self.dark])

    @property
    def found(self) -> QColor:
        """The colour of what is looked for."""
        return QColor(_FOUND[self.dark])

    def severity(self, severity: Severity) -> QColor:
        """The colour of a finding."""
        return QColor(_SEVERITIES[severity][self.dark])

    def mono(self, delta: int = 0) -> QFont:
        """The font for ids, times and JSON; ``delta`` points larger or smaller than the text."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(max(7.0, self._app.font().pointSizeF() - 0.5 + delta))
        return font

    def text(self, delta: int = 0, bold: bool = False) -> QFont:
        """The font for text."""
        font = QFont(self._app.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() + delta))
        font.setBold(bold)
        return font

    def tint(self, color: QColor, strength: float = 0.14) -> QColor:
        """A colour laid thinly over the raised surface."""
        base = self.color("raised")
        mixed = [
            round(under + (over - under) * strength)
            for under, over in (
                (base.red(), color.red()),
                (base.green(), color.green()),
                (base.blue(), color.blue()),
            )
        ]
        return QColor(*mixed)

    def _follow(self) -> None:
        if self._mode is Mode.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(_sheet(self.tokens, self.mono().family()))
        self.changed.emit()


def _palette(t: Tokens) -> QPalette:
    palette, role = QPalette(), QPalette.ColorRole
    for target, value in (
        (role.Window, t.surface),
        (role.Base, t.raised),
        (role.AlternateBase, t.sunken),
        (role.Button, t.raised),
        (role.ToolTipBase, t.raised),
        (role.WindowText, t.text),
        (role.Text, t.text),
        (role.ButtonText, t.text),
        (role.ToolTipText, t.text),
        (role.PlaceholderText, t.muted),
        (role.Highlight, t.selection),
        (role.HighlightedText, t.text),
        (role.Link, t.accent),
        (role.Accent, t.accent),
        (role.Mid, t.hairline),
        (role.Midlight, t.hairline),
        (role.Dark, t.hairline),
        (role.Light, t.raised),
        (role.Shadow, t.hairline),
    ):
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(t.faint))
    return palette


def _sheet(tokens: Tokens, mono: str) -> str:
    """The style sheet. It names the font of code too: a sheet forgets the font that a widget was given."""
    colors = tokens._asdict()
    colors |= {severity.value: pair[tokens is DARK] for severity, pair in _SEVERITIES.items()}
    sheet = SHEET.replace("@mono;", f'"{mono}";')
    for name, color in colors.items():
        sheet = sheet.replace(f"@{name};", f"{color};")
    return sheet
