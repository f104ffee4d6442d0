"""How much the sized proofs try: what `make test` tries in minutes, and what `make proof` adds to it."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Tier:
    """The sizes of one tier."""

    random_parts: range
    """Which thousands of random queries are compared; each number stands for other queries."""
    walk_depth: int
    walk_least: int
    """Fewer paths than there are to this depth: a walk that loses its way fails."""
    random_changes: range
    """Which random changes are looked at by everybody before and after; each number stands for another."""
    feed_changes: int
    kill_every: float
    """How many seconds, on average, lie between all servers answering and the next kill."""
    kills: int
    """Maximum number of kills: after each, a server starts and plans everything again."""
    commands: int
    """Maximum number of changes by the command line, each in a separate process."""
    followers: int
    """How many subscribers follow them: each in another way than the one before, as another viewer."""
    mutated_rows: int
    """Of each type and status, how many rows everybody tries every mutation on."""
    registering: int
    """How many people register for an event at once; half of them get a place."""
    race_rounds: int
    """How many rounds of each race there are, of 50 clients."""
    every_locale: bool
    """Whether databases of every locale that there is must answer alike, or some."""
    whole_entries: bool
    """Whether random filters of the audit log ask for all of its entries, or for which they are."""
    random_acts: int
    """How many random mutations are carried out by the product and by the model."""
    sent_mutations: int
    """How many mutations are sent over connections that are cut, through kills."""
    mutation_kills: int
    """How many servers and databases are killed meanwhile."""
    ways_out: int
    """In how many random cases what refuses a mutation is undone until it is done."""


TIERS = {
    "test": Tier(
        range(1),
        walk_depth=3,
        walk_least=4_000,
        random_changes=range(30),
        feed_changes=20_000,
        kill_every=3.0,
        kills=3,
        commands=1,
        followers=4,
        mutated_rows=1,
        registering=200,
        race_rounds=2,
        every_locale=False,
        whole_entries=False,
        random_acts=2_000,
        sent_mutations=300,
        mutation_kills=2,
        ways_out=100,
    ),
    "proof": Tier(
        range(1, 3),
        walk_depth=4,
        walk_least=25_000,
        random_changes=range(30, 200),
        feed_changes=100_000,
        kill_every=7.0,
        kills=1_000,
        commands=100,
        followers=8,
        mutated_rows=20,
        registering=2_000,
        race_rounds=100,
        every_locale=True,
        whole_entries=True,
        random_acts=4_000,
        sent_mutations=10_000,
        mutation_kills=8,
        ways_out=3_000,
    ),
}
TIER = TIERS[os.environ.get("TEST_TIER", "test")]
