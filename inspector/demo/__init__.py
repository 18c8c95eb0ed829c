"""The embedded server: a simulator of both backends with scenes to learn from, and the replay of a wire log."""
