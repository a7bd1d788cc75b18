"""An HTTP server on the loopback for tests of HTTP Tasks: what it answers is a function, what it was asked a list."""

import contextlib
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Seen(NamedTuple):
    method: str
    target: str
    headers: dict
    body: bytes


@contextlib.contextmanager
def serving(answer, *, certificate=None):
    """Serve `answer(seen) -> (status, headers, body)`; yields the port and the list of requests seen."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Seen(self.command, self.path, dict(self.headers.items()), body)
            seen.append(request)
            status, headers, content = answer(request)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if isinstance(content, bytes):
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            else:
                self.end_headers()
                with contextlib.suppress(OSError):
                    for piece in content:
                        self.wfile.write(piece)
                        self.wfile.flush()

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any  # noqa: N815

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        # With the usual 5, a burst of calls to a busy machine waits for TCP's repetitions: seconds, then a time-out.
        request_queue_size = 512

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1], seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
