"""The lifecycle diagrams: the run's chart and its connection's, painted from one table."""
