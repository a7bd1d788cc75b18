"""Functions: run Lambda-compatible handlers in processes of their own."""
