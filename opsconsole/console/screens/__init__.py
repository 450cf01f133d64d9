"""The pages of the console and the dialogs above them, one module each."""
