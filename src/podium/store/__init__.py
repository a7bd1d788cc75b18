"""The store: remembers journals of executions and the catalogue, without looking inside either."""
