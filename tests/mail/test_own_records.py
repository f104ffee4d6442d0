"""Whoever holds no grant is mailed of their own mentorship and stay, in their language."""

from __future__ import annotations

from typing import Any

from tests.api.http_clients import ask, signed_in
from tests.mail.harness import Office, office
from tests.mail.mail_server import Got, receiving
from tests.mutations.harness import ACTIONS, document, given

STUDENT = "student-31"
READS_SPANISH = f"update person set language_preference = 'ES' where email like '{STUDENT}@%'"
LOGINS = f"""
    select (select count(*) from access_grant where person_id = p.id)
        + (select count(*) from access_identity where person_id = p.id)
    from person p where p.email like '{STUDENT}@%'
"""
REQUEST = f"""
    with two as (
        select m.id as mentor, t.id as participant, s.id as person
        from mentor m join person p on p.id = m.person_id, participant t join person s on s.id = t.person_id
        where p.email like 'mentor-02@%' and s.email like '{STUDENT}@%'
    ), consented as (
        insert into consent (person_id, purpose, notice_version)
        select person, 'PARTNER_ACCESS', '1' from two on conflict do nothing
    ), open as (update mentor set capacity = 50 from two where mentor.id = two.mentor)
    insert into mentorship (mentor_id, participant_id, status, requested_by)
    select mentor, participant, 'PROPOSED', 'PARTICIPANT' from two returning id, version
"""
STAY = f"""
    insert into mobility (participant_id, sending_institution_id, receiving_institution_id, activity, status)
    select t.id, h.id, i.id, 'RESEARCH', 'PLANNED'
    from participant t join person s on s.id = t.person_id, institution i, institution h
    where s.email like '{STUDENT}@%' and i.slug = 'uc-merced' and h.slug = 'unam' returning id, version
"""


async def mailed(one: Office, persona: str, mutation: str, row: str) -> None:
    """The student has a row of this kind, and somebody takes a step of it."""
    async with one.engine.begin() as connection:
        made = (await connection.exec_driver_sql(row)).mappings().one()
    action = ACTIONS[mutation]
    input = given(action, f"{action.type_name.lower()}_{made['id']}", made["version"])
    answer = (await ask(one.http, document(action), {"input": input}, signed_in(persona))).json()
    assert answer["data"][mutation]["userErrors"] == []
    states = await one.until_done()
    assert states[STUDENT] == ("SENT", None)


async def test_a_student_without_a_grant_is_mailed_of_what_is_theirs(database_url: str) -> None:
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        assert await one.rows(LOGINS) == [(0,)]
        await one.sql(READS_SPANISH)
        ((name,),) = await one.rows(f"select name from person where email like '{STUDENT}@%'")
        await mailed(one, "mentor", "acceptMentorship", REQUEST)
        await mailed(one, "uc-coordinator", "confirmArrival", STAY)
    accepted, arrived = (got for got in server.got if got.address.startswith(STUDENT))
    assert accepted.mail["Subject"].startswith(f"Mentoría aceptada: {name} con ")
    assert "Ahora cada parte ve" in accepted.part("text/plain")
    assert str(name) in arrived.mail["Subject"]
    assert languages(accepted, arrived) == {"es"}


def languages(*mails: Got) -> set[Any]:
    return {one.mail["Content-Language"] for one in mails}
