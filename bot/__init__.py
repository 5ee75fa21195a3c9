"""The application in the coach's words, platform-neutral: it decides what is said, never how it looks."""
