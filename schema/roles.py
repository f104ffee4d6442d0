"""The roles and scopes that a grant may give, SELF and GUEST. What each sees is in `schema.access`."""

from __future__ import annotations

from models.access import AccessScope, GrantedRole
from schema.declarations import declarations

Role = GrantedRole
Scope = AccessScope
declarations.enums(Role, Scope)

PUBLIC = Role.PUBLIC
PARTICIPANT = Role.PARTICIPANT
MENTOR = Role.MENTOR
COORDINATOR = Role.COORDINATOR
INTEGRATION = Role.INTEGRATION
ADMIN = Role.ADMIN

GUEST = "GUEST"
"""Not granted: whoever gives the link that was mailed to a guest, in the field or mutation that takes it."""

SELF = "SELF"
"""Not granted: a viewer whose grants name a person is that person, whatever roles they hold."""
