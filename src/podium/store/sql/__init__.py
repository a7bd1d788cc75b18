"""SQL of the store: the schema and every statement that runs on it, by name."""
