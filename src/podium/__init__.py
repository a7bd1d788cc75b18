"""Podium: a durable runtime for Amazon States Language state machines."""
