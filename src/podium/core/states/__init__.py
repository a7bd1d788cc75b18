"""One file per state type: its fields, its rules, its behaviour."""
