"""``python -m opsconsole``."""

from opsconsole.cli import main

main()
