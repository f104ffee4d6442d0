"""The notifications of the demo's personas and some others: read and unread, mailed in either language."""

from datetime import UTC, datetime

from models import Notification, NotificationKind, NotificationState
from models.loading.demo import cohort
from models.loading.demo.people import is_mexican, synthetic
from models.loading.natural_keys import id_of
from models.vocabulary import Language

READ = datetime(2026, 2, 3, 17, tzinfo=UTC)
HOMES = dict((*cohort.STUDENTS, *cohort.MENTORS))
PUBLISHED = {
    "demo-renewable-grids": ("mentor-02", "mentor-13", "student-04"),
    "demo-open-ocean-data": ("mentor-08", "student-22"),
}
CANCELLED = ("demo-cancelled-fair", ("student-22", "student-34"))


def notifications() -> list[Notification]:
    """For each project and the cancelled event: every second person has read it."""
    event, people = CANCELLED
    return [
        *(
            _notification(NotificationKind.PROJECT_PUBLISHED, project, key, read=number % 2 == 0)
            for project, keys in PUBLISHED.items()
            for number, key in enumerate(keys)
        ),
        *(
            _notification(NotificationKind.EVENT_CANCELLED, event, key, read=number % 2 == 1)
            for number, key in enumerate(people)
        ),
    ]


def _notification(kind: NotificationKind, slug: str, key: str, *, read: bool) -> Notification:
    table = kind.value.partition("_")[0].lower()
    return synthetic(
        Notification,
        kind.value,
        slug,
        key,
        person_id=id_of("person", key),
        kind=kind,
        revision=1,
        language=Language.ES if is_mexican(HOMES[key]) else Language.EN,
        state=NotificationState.SENT,
        read_at=READ if read else None,
        **{f"{table}_id": id_of(table, slug)},
    )
