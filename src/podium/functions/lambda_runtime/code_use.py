"""Who still needs an unpacked package, so that it can go when nobody does.

Code outlives its function: what was accepted before a deletion is finished, and a process that started before
an update may still import from the old package.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path


class CodeUse:
    """Counts the users of each code directory: registered functions, their processes, uploads under way.

    `unused` is called with a directory when its last user has released it.
    """

    def __init__(self) -> None:
        self.unused: Callable[[Path], None] | None = None
        self._users: Counter[Path] = Counter()

    def hold(self, directory: Path) -> None:
        """Count one more user."""
        self._users[directory] += 1

    def release(self, directory: Path) -> None:
        """Count one user less."""
        self._users[directory] -= 1
        if not self._users[directory]:
            del self._users[directory]
            if self.unused is not None:
                self.unused(directory)
