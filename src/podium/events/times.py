"""Moments as events carry them."""

from datetime import UTC, datetime


def iso_seconds(moment_ms: int) -> str:
    """Epoch milliseconds as `2026-11-22T09:30:00Z`."""
    return datetime.fromtimestamp(moment_ms / 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
