"""Events: buses with rules, schedules, and what they set going."""
