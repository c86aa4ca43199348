"""Demo data: a made-up commune that works through the movement of the plan. Loaded in demo mode only."""
