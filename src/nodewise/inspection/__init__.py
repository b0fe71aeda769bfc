"""Readings: what a network does, computed from its weights. One question per file; no drawing, no training."""
