"""The process studio: what administrators do with versions of processes and with running instances."""
