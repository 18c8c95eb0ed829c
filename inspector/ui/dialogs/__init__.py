"""Connect, paste to attach, start a run, and the palette of all commands."""
