"""Impact figures, as the model knows them: reported whole, or not at all.

Nobody counts meanwhile: what servers count from the rows is compared by the random queries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import NEEDED, Count, Day, Name, Reference, Shaped, Texts, Whole
from tests.mutations.model.vocabulary import choice

REPORTED = Whole(
    name="reported",
    parts=(
        Count(name="value", column="reported_value", least=0),
        choice("comparator", "Comparator"),
        Day(name="asOf", column="as_of"),
        Name(name="source", column="reported_source"),
    ),
)
ENTITIES = (
    Entity(
        "ImpactMetric",
        (Texts(name="labels", stem="label", needed=True, nullable=False, default=NEEDED), REPORTED),
        creates=(
            Shaped(name="key", nullable=False, default=NEEDED, shape=re.compile("[a-z0-9]+(_[a-z0-9]+)*")),
            choice("measure", "Measure"),
            Reference(name="program", column="program_id", types={"Program": "id"}),
            Count(name="sinceYear", column="since_year", least=1900, most=2200, code="INVALID"),
        ),
        unique=("key",),
    ),
)
PERFORMERS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("createImpactMetric", "updateImpactMetric"),
    ("admin", "admin", "uc-coordinator", "mx-coordinator", "two-campuses"),
)
