"""The run over time: what ran when, for how long, and in which silences."""
