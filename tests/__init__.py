"""The tests. A package by itself, so that no other project's ``tests`` can stand in its place."""
