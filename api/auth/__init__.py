"""Authentication: from a credential to a principal, and by its grants to a viewer."""
