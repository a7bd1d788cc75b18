"""`podium task`: tasks that wait for a human, over Podium's own API: AWS has no list of them."""
