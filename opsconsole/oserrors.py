"""What the system says of files and networks, in the language in use: its own words are English here."""

from __future__ import annotations

from opsconsole.catalogue import N_, _

# The words of the C library and of its look-up of names; what is not among them is shown as it stands.
_SAID = (
    N_("Address already in use"),
    N_("Broken pipe"),
    N_("Cannot assign requested address"),
    N_("Connection refused"),
    N_("Connection reset by peer"),
    N_("Connection timed out"),
    N_("Device or resource busy"),
    N_("Directory not empty"),
    N_("Disk quota exceeded"),
    N_("File exists"),
    N_("File name too long"),
    N_("File too large"),
    N_("Host is down"),
    N_("Input/output error"),
    N_("Invalid argument"),
    N_("Invalid cross-device link"),
    N_("Is a directory"),
    N_("Name or service not known"),
    N_("Network is unreachable"),
    N_("No address associated with hostname"),
    N_("No route to host"),
    N_("No space left on device"),
    N_("No such device or address"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Operation not permitted"),
    N_("Operation not supported"),
    N_("Permission denied"),
    N_("Read-only file system"),
    N_("Stale file handle"),
    N_("Temporary failure in name resolution"),
    N_("Too many levels of symbolic links"),
    N_("Too many open files"),
)


def said(error: BaseException) -> str:
    """Why *error* (mostly of the system) came, without the name of a file; the name of its kind where it
    says nothing."""
    words = getattr(error, "strerror", None)
    if isinstance(words, str) and words:
        return _(words)
    return str(error) or type(error).__name__
