"""Discord: events in, replies that only the writer sees out, on an unmodified discord.py client."""
