"""The console's built files: read once, served from memory, each in the smallest encoding the browser takes.

Files under `assets/` carry a hash of their content in their name, so browsers keep them for a year. The page itself
is made anew for each request: it carries the nonce that lets the code editor add its style sheet.
"""

import mimetypes
from pathlib import Path
from typing import Final

from msgspec import Struct

from podium.api.http import Response
from podium.console.security import page_headers, security_headers

BUILT: Final = Path(__file__).with_name("static")
_NONCE: Final = b"__NONCE__"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_NOT_BUILT: Final = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Podium</title></head>
<body><h1>Podium</h1>
<p>The server runs; its console was not built. Run <code>make console</code> in a checkout, or install Podium
without PODIUM_SKIP_CONSOLE.</p></body></html>
"""


class _File(Struct, frozen=True):
    """One file and its compressed forms."""

    type: str
    plain: bytes
    encoded: dict[str, bytes]


class Assets:
    """Everything the build made."""

    def __init__(self, directory: Path = BUILT) -> None:
        index = directory / "index.html"
        self._page = index.read_bytes() if index.is_file() else None
        self._files = {
            str(path.relative_to(directory)): _read(path)
            for path in sorted((directory / "assets").glob("*"))
            if path.suffix not in (".br", ".gz")
        }

    @property
    def built(self) -> bool:
        """Whether there is a console."""
        return self._page is not None

    def page(self, nonce: str) -> Response:
        """The one page every address of the console opens; the script shows what the address names."""
        if self._page is None:
            return Response(200, page_headers(nonce), _NOT_BUILT)
        return Response(200, page_headers(nonce), self._page.replace(_NONCE, nonce.encode()))

    def file(self, name: str, accepts: str) -> Response | None:
        """A file by its name below the build's directory; None when there is none.

        Args:
            accepts: the request's Accept-Encoding.
        """
        file = self._files.get(name)
        if file is None:
            return None
        headers = [
            *security_headers(),
            ("Content-Type", file.type),
            ("Cache-Control", "public, max-age=31536000, immutable"),
            ("Vary", "Accept-Encoding"),
        ]
        accepted = {part.partition(";")[0].strip() for part in accepts.split(",")}
        for encoding, body in file.encoded.items():
            if encoding in accepted:
                return Response(200, (*headers, ("Content-Encoding", encoding)), body)
        return Response(200, tuple(headers), file.plain)


def _read(path: Path) -> _File:
    encoded = {
        encoding: other.read_bytes()
        for encoding, suffix in _ENCODINGS
        if (other := path.with_name(path.name + suffix)).is_file()
    }
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return _File(kind, path.read_bytes(), encoded)
