"""The change feed: the changes that a viewer may see, and the triggers that record them."""
