"""The root of every mutation. All follow from what types declare of writing (`planner.builder`)."""


class Mutation:
    """What can be done, one after the other. Send mutations by POST."""
