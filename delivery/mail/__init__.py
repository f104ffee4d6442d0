"""Mail: notifications are sent to the people they are for, as they may see what it is about then."""
