"""Integrations: act on the world for a Task, and bring its answer back as an outcome."""
