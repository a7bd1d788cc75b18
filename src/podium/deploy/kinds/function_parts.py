"""What a stack has given its functions and can't tag: versions, aliases, URLs, ... The functions' tags tell of them."""

from collections.abc import Callable, Iterator
from functools import partial

from podium.deploy.kinds.contract import Context, Owned
from podium.deploy.names import parts


def owned_parts(
    context: Context,
    type_: str,
    prefix: str,
    physical_id: Callable[[str, str], str],
    delete: Callable[[str, str], object],
) -> Iterator[Owned]:
    """Those that the functions' tags tell of under a prefix.

    Args:
        physical_id: of a function's ARN and what the tag calls the part.
        delete: deletes one, by the same two; what is gone already is no error.
    """
    for function, tags in context.inventory.functions.items():
        for name, (logical_id, retain) in parts(tags, prefix).items():
            release = partial(context.inventory.untag_function, function, [f"{prefix}{name}"])
            remove = partial(_remove, partial(delete, function, name), release)
            yield Owned(logical_id, type_, physical_id(function, name), retain, remove, release)


def _remove(delete: Callable[[], object], release: Callable[[], None]) -> None:
    delete()
    release()
