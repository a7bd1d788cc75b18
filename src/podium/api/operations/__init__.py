"""What the API can do: one file per noun, each with a table of its operations."""
