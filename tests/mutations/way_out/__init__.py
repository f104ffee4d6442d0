"""Every no has a way out: what an action is refused for can be undone, and then it is done."""
