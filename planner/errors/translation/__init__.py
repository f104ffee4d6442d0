"""What graphql-core says, in the reader's language."""
