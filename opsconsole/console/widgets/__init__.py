"""Widgets that take text and nothing else: no markup, no database."""
