"""How fast it is, beside what else there is: ``python -m tests.benchmarks`` prints a table."""
