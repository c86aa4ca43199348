"""Running processes: checked deployments, instances, the tasks they open, and what was done."""
