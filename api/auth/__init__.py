"""Who is asking: credentials, whom they name, and the viewer that their grants make of them."""
