"""The machine: events, commands, branches and payloads of an execution, and the rules of failure."""
