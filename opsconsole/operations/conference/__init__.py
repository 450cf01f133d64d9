"""The work of a videoconference session, from the invitation to the minutes."""
