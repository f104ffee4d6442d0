"""Following: the process's eye on the change feed, those who follow, and what they are told."""
