"""Benchmarks beside peers, printed as ratios: ``python -m benchmarks --help``."""
