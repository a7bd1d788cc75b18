"""Python's garbage collector, set for an engine's life."""

import gc


def spare_the_garbage_collector() -> None:
    """Call once everything is loaded.

    Decisions leave no cycles, so looking for them every 700 objects costs a fifth of the engine's time for nothing;
    what start-up loaded lives as long as the process and is never looked at again.
    """
    gc.collect()
    gc.freeze()
    # More than 512 executions in flight hold: what goes with its batch is never looked at.
    gc.set_threshold(200_000, 20, 100)
