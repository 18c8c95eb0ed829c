"""The filter of the log as it is typed, kept and offered, and the rules that colour rows."""
