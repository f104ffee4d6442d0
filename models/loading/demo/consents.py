"""The consents of the demo's people: some to everything, some to nothing, some withdrawn."""

from collections.abc import Sequence
from datetime import UTC, datetime

from models import Consent, ConsentPurpose
from models.loading.demo.people import synthetic
from models.loading.natural_keys import id_of

FIRST, SECOND = "2023-09", "2025-01"
AGREED, AGREED_AGAIN, WITHDREW = (
    datetime(2024, 2, 1, 17, tzinfo=UTC),
    datetime(2025, 2, 3, 17, tzinfo=UTC),
    datetime(2025, 9, 1, 17, tzinfo=UTC),
)
OF_STUDENTS = (ConsentPurpose.PARTNER_ACCESS, ConsentPurpose.SYSTEM_TRANSFER, ConsentPurpose.ATTRIBUTION)
OF_MENTORS = (ConsentPurpose.PUBLIC_PROFILE, ConsentPurpose.ATTRIBUTION)


def consents(students: Sequence[str], mentors: Sequence[str]) -> list[Consent]:
    return [
        consent
        for keys, purposes in ((students, OF_STUDENTS), (mentors, OF_MENTORS))
        for number, key in enumerate(keys)
        for step, purpose in enumerate(purposes)
        for consent in of_person(key, purpose, (number + step * 3) % 7)
    ]


def of_person(key: str, purpose: ConsentPurpose, case: int) -> list[Consent]:
    """Of seven people, four consent (one of them again, to a newer notice), one withdrew, two never did."""
    match case:
        case 0 | 1 | 2:
            return [consent(key, purpose, FIRST, AGREED)]
        case 3:
            return [
                consent(key, purpose, FIRST, AGREED, AGREED_AGAIN),
                consent(key, purpose, SECOND, AGREED_AGAIN),
            ]
        case 4:
            return [consent(key, purpose, FIRST, AGREED, WITHDREW)]
    return []


def consent(
    key: str, purpose: ConsentPurpose, notice: str, granted: datetime, withdrawn: datetime | None = None
) -> Consent:
    return synthetic(
        Consent,
        key,
        purpose.value,
        notice,
        person_id=id_of("person", key),
        purpose=purpose,
        notice_version=notice,
        granted_at=granted,
        withdrawn_at=withdrawn,
    )
