"""Calendars of events at /calendar, for any calendar program."""
