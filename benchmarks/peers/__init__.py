"""Peers: other engines that are measured beside Podium where they are installed, each started and stopped by us."""
