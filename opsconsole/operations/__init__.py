"""Work recorded while it is done: roll calls, incidents, handovers, checks before a session."""
