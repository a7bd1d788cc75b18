"""The web console's server side: its built files, its own small API, its live stream. The front end is `console/`."""
