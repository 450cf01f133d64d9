"""The generated register and its evidence: a province's ICT estate, made up from a seed.

``generate`` writes YAML documents and the evidence that belongs to them (mail logs of a year,
attendance lists); the same seed gives the same bytes. Nothing in it is real but the units.
"""

from opsconsole.sample.generate import Summary, districts_in, generate, holds

__all__ = ["Summary", "districts_in", "generate", "holds"]
