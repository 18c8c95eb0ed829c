"""Action sheets: a form on the left, the exact request on the right, and the proof of what became of it."""
