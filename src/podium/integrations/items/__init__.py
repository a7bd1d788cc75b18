"""Items of distributed Maps: read from where they lie, batch by batch, and their results written there."""
