"""Declarations: bindings of fields, scalar types, the catalog of types, the access policy."""
