"""Each mutation is done once, however often it is sent and whatever is killed meanwhile."""
