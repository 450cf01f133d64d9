"""Typesetting in a process of its own: typst keeps what it has set for as long as its process lives.

Run as a program with the source, the folder below which it may read, the folder of fonts, and the file to
write; a fifth word ``tags`` makes a PDF for who has it read out. Imports nothing of the package, so that it
starts quickly.
"""

from __future__ import annotations

import sys

import typst


def main(source: str, root: str, fonts: str, target: str, *words: str) -> None:
    """Set *source* into the PDF *target*."""
    typst.compile(
        source,
        output=target,
        root=root,
        font_paths=[fonts],
        ignore_system_fonts=True,
        format="pdf",
        pdf_tags="tags" in words,
    )


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except typst.TypstError as error:
        sys.exit(str(error))
