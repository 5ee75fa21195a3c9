"""What this process answers over HTTP: Slack's deliveries, and whether it is alive."""
