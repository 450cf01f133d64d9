"""A finished file gets its name, which no other file has: the only place that sees to that."""

from __future__ import annotations

import errno
import os
from pathlib import Path

# What a file system answers that knows no links: a stick, a share.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def place_new(temporary: Path, path: Path) -> None:
    """Give *temporary*, in the folder of *path*, the name *path*. Raises FileExistsError where a file has
    it (a link, unlike a rename, never replaces one), and OSError; *temporary* is there then.

    Where the file system knows no links the name is taken first, by an empty file.
    """
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        try:
            temporary.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    else:
        temporary.unlink()
