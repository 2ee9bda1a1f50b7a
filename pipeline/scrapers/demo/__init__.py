"""A portal to try the collection on: a small province that does not exist, served from this machine with the troubles of real ones."""
