"""HTTP itself: what requests say, which may ask, and how answers are sent."""
