"""The language in which rows of a log are filtered and coloured: read, written out again, worked out by columns."""
