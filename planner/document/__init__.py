"""Documents: parsed, limited and validated; the operations, fields and arguments in them."""
