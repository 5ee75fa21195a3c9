"""TEMPORARY stand-in until the real module is written."""
def guess(draft): return ("en",)
