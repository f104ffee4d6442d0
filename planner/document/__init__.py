"""From the text of a document to an operation: parsed, bounded, validated, its fields and arguments."""
