"""The studio: a server on this machine that trains on what a person picks, drops or draws, and keeps every run."""
