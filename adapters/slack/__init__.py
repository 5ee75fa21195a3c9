"""The coach in Slack: slash command, form, direct message and message shortcut, over Socket Mode or HTTP."""
