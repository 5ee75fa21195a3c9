"""The pure core: what can be said of a draft. It knows no clock, no network, no storage, no log and no chat platform."""
