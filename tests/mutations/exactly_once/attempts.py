"""The mutations of clients: projects are created and updated, places at events taken and given back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.mutations.harness import ACTIONS, document

FIELDS = {
    "updateProject": "summary(language: EN)",
    "registerForEvent": "status",
    "cancelRegistration": "status",
}
DOCUMENTS = {
    name: document(ACTIONS[name], FIELDS.get(name, "")).replace(
        "availableActions { name allowed reasons { code path message } }", ""
    )
    for name in ("createProject", "updateProject", "registerForEvent", "cancelRegistration")
}
OBJECTS = {
    "createProject": "project",
    "updateProject": "project",
    "registerForEvent": "registration",
    "cancelRegistration": "registration",
}


@dataclass
class Attempt:
    """A mutation that a client tries until it knows the outcome; `token` is its key."""

    token: str
    viewer: str
    mutation: str
    input: Mapping[str, Any]
    payloads: list[Mapping[str, Any]] = field(default_factory=list)
    """All answers that arrived, the same but for whether something is replayed."""

    @property
    def is_done(self) -> bool:
        return not self.payloads[-1]["userErrors"]

    @property
    def object(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.payloads[-1][OBJECTS[self.mutation]]
        return found


@dataclass
class Knowledge:
    """What clients know of the rows: versions of projects, and the guests' own registrations."""

    projects: dict[str, int]
    events: list[str]
    lead: str
    registrations: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    made: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def draw(self, draw: Random, client: int, token: str) -> Attempt:
        part = draw.random()
        if part < 0.2:
            links = [{"institution": self.lead, "role": "LEAD"}]
            given: dict[str, Any] = {"titles": {"en": token}, "datePrecision": "DAY", "institutions": links}
            return Attempt(token, "admin", "createProject", given)
        if part < 0.6:
            id = draw.choice(list(self.projects))
            given = {"id": id, "expectedVersion": self.projects[id], "summaries": {"en": token}}
            return Attempt(token, "admin", "updateProject", given)
        guest, event = f"guest-{client}", draw.choice(self.events)
        if (own := self.registrations.get((guest, event))) is None:
            return Attempt(token, guest, "registerForEvent", {"event": event})
        return Attempt(token, guest, "cancelRegistration", {"id": own[0], "expectedVersion": own[1]})

    def learn(self, attempt: Attempt) -> None:
        """The row as its sender was shown it."""
        row = attempt.object
        if attempt.mutation == "updateProject":
            self.projects[row["id"]] = max(self.projects[row["id"]], row["version"])
        elif attempt.mutation == "registerForEvent":
            event = attempt.input["event"]
            self.registrations[attempt.viewer, event] = (row["id"], row["version"])
        elif attempt.mutation == "cancelRegistration":
            (key,) = [one for one, (id, _) in self.registrations.items() if id == row["id"]]
            if attempt.is_done:
                del self.registrations[key]
            else:
                self.registrations[key] = (row["id"], row["version"])
