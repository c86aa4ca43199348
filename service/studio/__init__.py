"""The process studio: drafts of processes, what would come of them, and how they go live."""
