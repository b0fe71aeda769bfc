"""Data: datasets, tables read from files and frames, problems with a known truth, and scaling."""
