"""More than one process: front ends speak HTTP and run synchronous Express executions, the engine does all else."""
