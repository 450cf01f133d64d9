"""Evidence of what happened: readers of logs and lists, collected exactly once into counts."""
