"""Indicators: built-in measures of register and evidence, observations, targets with their standing."""
