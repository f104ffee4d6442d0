"""The proof of access: a walk over every path of the schema, the rules one by one, and consent."""
