"""The watch list on the left."""
