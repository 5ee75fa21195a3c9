"""The coach in a terminal: for people, for pipes and for programs."""
