"""The program of `podium dev`'s stand-in: moto's server on a socket that was handed down.

moto's own command line binds its port itself, which somebody else may have taken since it was found free.
"""

import socket
import sys

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


def main(descriptor: int) -> None:
    """Serve until killed."""
    with socket.socket(fileno=descriptor) as listening:
        host, port = listening.getsockname()
        application = DomainDispatcherApplication(create_backend_app)
        make_server(
            host, port, application, threaded=True, request_handler=MotoRequestHandler, fd=descriptor
        ).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
