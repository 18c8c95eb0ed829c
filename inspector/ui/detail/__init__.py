"""The right side: one event as a tree, the conversation so far, the server's objects, and the raw bytes."""
