"""The window as a program: its start, what it remembers, and its end."""
