"""Benchmarks: what Podium reaches on this machine, with what each number includes. `python -m benchmarks --help`."""
