"""GET code: a function's code as text, for reading.

Of an uploaded function the files of its package, of a handler bound by a file that file. Lambda's own GetFunction
answers with a URL to the zip, which here nobody could fetch.
"""

import asyncio
import io
import zipfile
from typing import Any, Final

from podium.api.context import DEFAULT_ACCOUNT, DEFAULT_REGION, RequestContext
from podium.api.errors import ApiError
from podium.api.functions import parse_name, service_of
from podium.console.application import ConsoleRequest

FILES_MAX: Final = 200
FILE_MAX_BYTES: Final = 128 * 1024
"""A longer file is named, not shown."""
ALL_MAX_BYTES: Final = 2 * 1024 * 1024


async def code(request: ConsoleRequest) -> dict[str, Any]:
    """GET code?function=NAME&account=&region=

    Answers `files`, each with `name`, `bytes` and `text` (null where it is no text or too long), and how many `more`
    there are.
    """
    service = service_of(request.services)
    context = RequestContext(request.query.get("account", DEFAULT_ACCOUNT), request.query.get("region", DEFAULT_REGION))
    named = parse_name(request.required("function"), context)
    record = await service.find(named.arn, named.qualifier)
    if record is None:
        raise ApiError("ResourceNotFoundException", f"Function not found: {named.arn}", status=404)
    if service.handlers_file is not None and service.is_bound(named.arn):
        content = await asyncio.to_thread(service.handlers_file.read_bytes)
        return {"files": [_file(service.handlers_file.name, content, len(content))], "more": 0}
    package = await service.catalogue.code(record)
    return {"files": [], "more": 0} if package is None else await asyncio.to_thread(files_of, package)


def files_of(package: bytes) -> dict[str, Any]:
    """The files of a zip, those with the shortest paths first."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        entries.sort(key=lambda entry: (entry.filename.count("/"), entry.filename))
        shown, left = [], ALL_MAX_BYTES
        for entry in entries[:FILES_MAX]:
            readable = entry.file_size <= min(FILE_MAX_BYTES, left)
            content = archive.read(entry) if readable else None
            left -= len(content or b"")
            shown.append(_file(entry.filename, content, entry.file_size))
    return {"files": shown, "more": max(0, len(entries) - FILES_MAX)}


def _file(name: str, content: bytes | None, size: int) -> dict[str, Any]:
    return {"name": name, "bytes": size, "text": None if content is None else _text(content)}


def _text(content: bytes) -> str | None:
    if len(content) > FILE_MAX_BYTES or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
