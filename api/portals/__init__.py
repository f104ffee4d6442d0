"""The portals: two configurations of one front end, with its files."""
