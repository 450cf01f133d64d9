"""The start of the process, up to the first painted rows, without collections of garbage.

Some 400,000 objects are made by imports and styles, nearly all of which stay as long as the console does: to
look through them again and again for garbage takes a tenth of the start, and finds none. Afterwards
they are left out of every collection, which so takes a fraction of the time (each one halts the screen).
"""

from __future__ import annotations

import gc

_begun = False


def begin() -> None:
    """Collect nothing from now on, until ``settled``."""
    global _begun
    _begun = True
    gc.disable()


def settled() -> None:
    """The first rows stand: collect again, what there is by now left out. Without ``begin``, nothing."""
    global _begun
    if _begun:
        _begun = False
        gc.freeze()
        gc.enable()
