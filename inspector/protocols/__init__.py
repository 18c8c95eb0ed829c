"""The backends that this program speaks. A new one is a module with an ``ADAPTER`` and a line in :mod:`registry`."""
