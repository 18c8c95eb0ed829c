"""The event log: the complete record of a book, in columns, filtered by index."""
