"""The plainest other way to answer a query: graphql-core's own execution over Python rows.

Written from the schema's descriptions and the policy's table, not from the planner, so that what the two
agree on is right twice.
"""
