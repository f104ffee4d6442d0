"""The root of every mutation. All follow from what types declare of writing (`planner.builder`)."""


class Mutation:
    """Write operations, carried out one after the other. Send mutations by POST."""
