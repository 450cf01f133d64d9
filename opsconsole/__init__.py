"""opsconsole: the terminal console with which a province runs its ICT estate and accounts for it."""

__version__ = "0.1.0"
