"""A second mind of all mutations: what each does to rows in memory, from the documents, not from the code."""
