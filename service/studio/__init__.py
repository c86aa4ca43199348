"""The process studio: what administrators do with diagrams, above the subjects."""
