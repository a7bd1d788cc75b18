"""`podium exec`: looking at executions and steering them, over the API: on Podium, or on AWS itself."""
