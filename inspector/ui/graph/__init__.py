"""The graph of what runs inside, lit as things stand."""
