"""Checks: figures that must agree with each other, and what is found when they are held together."""

from opsconsole.indicators.checks.finding import Finding
from opsconsole.indicators.checks.reading import findings
from opsconsole.indicators.checks.sentences import sentence

__all__ = ["Finding", "findings", "sentence"]
