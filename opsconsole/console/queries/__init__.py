"""What the screens ask of the database: SQL and rows, one module a screen. Nothing of Textual."""
