"""TEMPORARY stand-in until the real module is written."""
from rules.model import Kind
def guess(draft, context, langs, channel): return Kind.OTHER
def is_quiet(draft, langs): return False
