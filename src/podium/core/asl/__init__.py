"""Amazon States Language: definition text to a checked tree, with precise diagnostics."""
