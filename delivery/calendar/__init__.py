"""Calendars: events as .ics, for mails and for programs that subscribe to them."""
