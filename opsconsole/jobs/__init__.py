"""Scheduled work: when it is due, the durable rows that say what ran, and who may run it."""
