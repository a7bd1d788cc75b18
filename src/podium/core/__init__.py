"""The core: decides what an execution does next, and does no I/O to find out."""
