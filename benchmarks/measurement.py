"""What a benchmark is to the runner: named measurements, each of which can be run again and again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers.found import Peers

Figures = dict[str, float]
"""One run's figures by name, unit last: {"transitions/s": 98000.0, "p50 ms": 1.2}."""


@dataclass(frozen=True)
class Options:
    """What the command line asks of every benchmark."""

    seconds: float
    """How long a run puts load on an engine or server."""
    scale: float
    """Factor on counts: 1, or less with --quick."""
    data: Path
    """Directory on the disk to measure; every run makes and removes its own directory in it."""
    peers: Peers = field(default_factory=Peers)
    """What is measured beside Podium."""


@dataclass(frozen=True)
class Measurement:
    """Something to run. `run` must be picklable: every run gets a process of its own."""

    name: str
    run: Callable[[], Figures]
    includes: str
    """What the figures include, in a phrase."""
    targets: dict[str, str] = field(default_factory=dict)
    """By figure, in words."""
    beside: tuple[str, ...] = ()
    """Other measurements of the same benchmark; the ratios of first figures are shown, as figures "times NAME"."""
    bar: str = ""
    """Its name on the chart, which shows the first figure; not on it when empty."""
    seconds_at_most: float = 180.0
    """A run that takes longer is stopped and counts as failed."""
