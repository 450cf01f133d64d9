"""The console in a browser: textual-serve, with the checks at the door that it lacks (extra ``web``)."""
