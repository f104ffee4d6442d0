"""The proof of the change feed, by a witness that knows nothing of it: PostgreSQL's own log of what was
committed, replayed row by row, and judged by the reference policy.
"""
