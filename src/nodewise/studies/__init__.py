"""Many fits, and what they say together."""
