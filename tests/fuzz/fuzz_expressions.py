"""Runs random expressions and measures each: `python tests/fuzz/fuzz_expressions.py --count 100000`.

Every one must end within a second of processor time and 200 MB above the start, with a value or an error of its own
language. Half are JSONata, the rest JSONPath and intrinsic functions. `--seed` makes a run again.
"""

import argparse
import gc
import resource
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
from random_expressions import KINDS

SECONDS_MAX = 1.0
MEGABYTES_MAX = 200
COLLECT_EVERY = 500


def main() -> int:
    """The exit code: 1 when an expression took too much or raised what is no error of its language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    started, slowest, failed, values = time.monotonic(), (0.0, ""), 0, 0
    megabytes_before = megabytes()
    # What collecting the thousands of expressions kept compiled takes is no expression's: it is done off the clock.
    gc.disable()
    for number in range(arguments.count):
        if number % COLLECT_EVERY == 0:
            gc.collect()
        random = Random(f"{arguments.seed} {number}")
        draw, run = random.choice((KINDS[0], *KINDS))
        text = draw(random)
        begun = time.process_time()
        try:
            values += run(text) is not None
        except Exception as error:
            failed += 1
            print(f"{number}: {error!r} from {text!r}")
        seconds = time.process_time() - begun
        slowest = max(slowest, (seconds, text))
        if seconds > SECONDS_MAX:
            failed += 1
            print(f"{number}: {seconds:.2f} s for {text!r}")
        if megabytes() - megabytes_before > MEGABYTES_MAX:
            print(f"{number}: {megabytes() - megabytes_before:.0f} MB after {text!r}")
            return 1
    took = time.monotonic() - started
    print(f"{arguments.count} expressions, {values} with a value, in {took:.0f} s; {failed} failed")
    print(f"slowest {slowest[0]:.2f} s: {slowest[1][:200]!r}; {megabytes() - megabytes_before:.0f} MB at most")
    return int(failed > 0)


def megabytes() -> float:
    """The most this process has had in memory at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
