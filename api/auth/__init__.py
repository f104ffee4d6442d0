"""Authentication: credentials, principals, and the viewers that their grants make of them."""
