"""Our own worker: a child process that serves the handlers of one file, many calls at a time.

`runtime` is the parent's side. `main` is the child's and imports as little as it can, to start fast:
`frames` (shared by both), `handlers`, `calls`, `threads`, `output`.
"""
