"""The names of all actions of all services botocore knows, to be searched.

Loading its models takes ten seconds and gigabytes; their operations' names stand in the files in one form, which takes
half a second to read. A file of another form is loaded as botocore does.
"""

import gzip
import re
from pathlib import Path
from typing import Any, Final

import botocore.session

from podium.integrations.aws.naming import BOTOCORE_SERVICES

_OPERATION: Final = re.compile(rb'"name":"([A-Z]\w*)",\s*"http"')
_ARN_NAMES: Final = {folder: name for name, folder in BOTOCORE_SERVICES.items()}


class ActionIndex:
    """`SERVICE:ACTION` as `aws-sdk:` writes them. Reads botocore's files when it is first asked."""

    def __init__(self, session: botocore.session.Session) -> None:
        self._session = session
        self._names: list[tuple[str, str]] | None = None
        """What is searched, in lower case, and what is told."""

    def find(self, text: str, limit: int) -> tuple[list[str], int]:
        """Names with all words of a text, and how many more: first those of a service that is named whole, then those
        whose action begins with the last word, then the shortest.

        May block for a second the first time.
        """
        words = text.lower().replace(":", " ").split()
        if self._names is None:
            self._names = self._read()
        found = [(sought, name) for sought, name in self._names if all(word in sought for word in words)]
        last = words[-1] if words else ""

        def rank(each: tuple[str, str]) -> tuple[bool, bool, int, str]:
            sought, name = each
            *services, action = sought.split()
            return not any(word in services for word in words), not action.startswith(last), len(name), name

        found.sort(key=rank)
        return [name for _, name in found[:limit]], max(0, len(found) - limit)

    def _read(self) -> list[tuple[str, str]]:
        loader = self._session.get_component("data_loader")
        names = []
        for folder in self._session.get_available_services():
            service = _ARN_NAMES.get(folder, folder.replace("-", ""))
            for operation in _operations(loader, folder):
                action = operation[0].lower() + operation[1:]
                names.append((f"{service} {folder} {action}".lower(), f"{service}:{action}"))
        return names


def _operations(loader: Any, folder: str) -> list[str]:
    version = loader.determine_latest_version(folder, "service-2")
    for root in loader.search_paths:
        packed = Path(root, folder, version, "service-2.json.gz")
        if packed.is_file():
            content = gzip.decompress(packed.read_bytes())
            if found := _OPERATION.findall(content, content.find(b'"operations"')):
                return [name.decode() for name in found]
    return list(loader.load_service_model(folder, "service-2", version)["operations"])
