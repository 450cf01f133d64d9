"""Reports: an outline and the register make one document, and the document goes out in every format."""
