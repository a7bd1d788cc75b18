"""What a function's process starts with: limits on itself, then its runtime client.

Run by path with `-I`-like care (its own directory must not be importable by the function). The limits are set
here rather than between fork and exec: that code would run in a copy of a threaded parent, and would keep
`subprocess` from using vfork.
"""

import os
import resource
import runpy
import sys


def limit(which: int, value: int) -> None:
    """Lower a limit as far as it may be; a platform that lacks it runs without."""
    try:
        hard = resource.getrlimit(which)[1]
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (ceiling, ceiling))
    except (OSError, ValueError):
        pass


def main(memory_bytes: int, file_bytes: int, open_files: int, kind: str, arguments: list[str]) -> None:
    """Limit this process, and become `python -m awslambdaric HANDLER` (`python`) or another program (`exec`)."""
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_DATA, memory_bytes)
    limit(resource.RLIMIT_FSIZE, file_bytes)
    limit(resource.RLIMIT_NOFILE, open_files)
    if kind == "exec":
        try:
            os.execv(arguments[0], arguments)
        except OSError as error:
            print(f"{arguments[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201
            sys.exit(127 if isinstance(error, FileNotFoundError) else 126)
    # As with `python -m`: the working directory, where the package is, comes first.
    sys.path[0] = ""
    sys.argv = ["awslambdaric", *arguments]
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
