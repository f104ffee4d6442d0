"""From a commit to many subscribers: how soon they have it, and what each of them costs."""
