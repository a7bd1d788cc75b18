"""The engine: drives executions: who is in memory, group commit, timers, recovery, draining."""
