"""The Textual application: what the register, the evidence and the figures say, on a terminal."""
