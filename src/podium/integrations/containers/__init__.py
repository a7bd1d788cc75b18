"""ECS tasks and Batch jobs run on this machine, by docker or podman."""
