"""The places of an event: how many are left, who gets one and who waits, and who follows once one is free.

A place is taken and freed only while the event's row is locked (the gate of its steps), so what is counted
here stays until it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Integer, case, func, literal_column, or_, select

import models
from models.event import EventStatus
from models.notification import NotificationKind
from models.registration import RegistrationStatus
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.declaration.writes import Consequence
from planner.document.arguments import Arguments
from planner.mutation.notify_statement import notifying
from planner.sql import Column, exists, literal_text, scalar_subquery
from schema.recipients import registrant

CONFIRMED, WAITLISTED = RegistrationStatus.CONFIRMED.value, RegistrationStatus.WAITLISTED.value
HOLDING = (CONFIRMED, RegistrationStatus.ATTENDED.value)
"""The statuses with a place."""
NONE_LEFT: Column = literal_column("0", Integer())


def places_left(row: Row, arguments: Arguments) -> Column:
    """The number of free places; the same for all viewers, whether or not they see the registrations."""
    closed = or_(row["status"] == EventStatus.CANCELLED.value, row["ends_at"] <= func.now())
    return case((closed, NONE_LEFT), (row["capacity"].is_not(None), _free(row)))


def _free(event: Any) -> Column:
    """The capacity minus the places taken; zero while there is a queue. `event` has an event's columns."""
    waiting, holding = (table_of(models.Registration).alias() for _ in range(2))
    waits = exists([waiting], waiting, [waiting.c.event_id == event["id"], waiting.c.status == WAITLISTED])
    taken = select(func.count()).where(holding.c.event_id == event["id"], holding.c.status.in_(HOLDING))
    left = func.greatest(event["capacity"] - scalar_subquery(taken, holding), NONE_LEFT)
    return case((waits, NONE_LEFT), else_=left)


def status_on_arrival(row: Row) -> Column:
    """The first status of a registration: confirmed if a place is free and there is no queue."""
    event = table_of(models.Event).alias()
    confirmed = or_(event.c.capacity.is_(None), _free(event.c) > NONE_LEFT)
    status = case((confirmed, literal_text(CONFIRMED)), else_=literal_text(WAITLISTED))
    return scalar_subquery(select(status).where(event.c.id == row["event_id"]), event)


def queue_position(row: Row, arguments: Arguments) -> Column:
    """The position in the queue, from 1; null if the registration doesn't wait."""
    ahead = table_of(models.Registration).alias()
    counted = select(func.count()).where(
        ahead.c.event_id == row["event_id"],
        ahead.c.status == WAITLISTED,
        ahead.c.seq <= row["seq"],
    )
    return case((row["status"] == WAITLISTED, scalar_subquery(counted, ahead)))


OWN_ID = "($1 ->> 'id')::uuid"
PROMOTED = Consequence(
    WAITLISTED,
    CONFIRMED,
    "A place became free for the first on the waiting list.",
    tells=(registrant(NotificationKind.REGISTRATION_CONFIRMED),),
)
FILL = """
update registration set status = 'CONFIRMED' where id in (
    with open_event as (
        select e.id, e.capacity, e.capacity - (
            select count(*) from registration r
            where r.event_id = e.id and r.status in ('CONFIRMED', 'ATTENDED')) as free
        from event e where e.id = ({event}) and e.status = 'PUBLISHED' and e.ends_at > now()
    )
    select r.id from registration r join open_event e on e.id = r.event_id where r.status = 'WAITLISTED'
    order by r.seq, r.id
    limit (select case when capacity is not null then greatest(free, 0) end from open_event))
"""
CANCEL = """
update registration set status = 'CANCELLED' where event_id = {own} and status in ('CONFIRMED', 'WAITLISTED')
"""
ATTEND = """
update registration set status = 'ATTENDED' where status = 'CONFIRMED'
    and id = (select registration_id from attendance where id = {own})
"""
FORGET = """
delete from attendance where registration_id = {own} and day = (
    select (now() at time zone e.time_zone)::date from event e join registration r on r.event_id = e.id
    where r.id = {own})
"""
OF_REGISTRATION = "select event_id from registration where id = {own}"
FILL_EVENT = notifying(FILL.format(event=OWN_ID), "registration", PROMOTED.tells)
"""Give the places that are free to those who wait, in their order: after a mutation of the event itself."""
FILL_EVENT_OF_REGISTRATION = notifying(
    FILL.format(event=OF_REGISTRATION.format(own=OWN_ID)), "registration", PROMOTED.tells
)
"""The same after a step of a registration."""
CANCEL_REGISTRATIONS = CANCEL.format(own=OWN_ID)
"""After an event was cancelled: its registrations are cancelled too."""
CHECK_IN = ATTEND.format(own=OWN_ID)
"""After an attendance was noted."""
FORGET_TODAY = FORGET.format(own=OWN_ID)
"""After a check-in was undone: that day's attendance is deleted."""

TAKEN = """
    select count(*) from registration r where r.event_id = e.id and r.status in ('CONFIRMED', 'ATTENDED')"""
CHANGED = """
    select max(a.number) from audit_entry a
    where a.entity_id = e.id and a.operation = 'UPDATE' and 'capacity' = any(a.columns)"""
OVERBOOKED = """
    select 'event ' || e.id from event e where e.capacity < ({taken}) and (({changed}) is null or exists (
        select from registration r join audit_entry a on a.entity_id = r.id
        where r.event_id = e.id and r.status in ('CONFIRMED', 'ATTENDED') and a.status_to = 'CONFIRMED'
            and coalesce(a.status_from, '') not in ('ATTENDED', 'CONFIRMED') and a.number > ({changed})))"""
LEFT_WAITING = """
    select 'event ' || e.id from event e where e.status = 'PUBLISHED' and e.ends_at > now()
        and exists (select from registration w where w.event_id = e.id and w.status = 'WAITLISTED')
        and (e.capacity is null or e.capacity > ({taken}))"""
OUT_OF_ORDER = """
    select distinct 'event ' || w.event_id
    from registration w join registration h on h.event_id = w.event_id and h.seq > w.seq
    where w.status = 'WAITLISTED' and h.status in ('CONFIRMED', 'ATTENDED')"""
NOT_CANCELLED = """
    select distinct 'event ' || e.id from event e join registration r on r.event_id = e.id
    where e.status = 'CANCELLED' and r.status in ('CONFIRMED', 'WAITLISTED')"""
INVARIANTS: Mapping[str, str] = {
    "event_places": OVERBOOKED.format(taken=TAKEN, changed=CHANGED),
    "event_queue": LEFT_WAITING.format(taken=TAKEN),
    "event_queue_order": OUT_OF_ORDER,
    "event_cancelled": NOT_CANCELLED,
}
"""Invariants of registrations, as queries of violations: no event has more people than places, unless its
capacity was lowered since; there is no queue while a place is free; nobody waits who registered before a
person with a place; a cancelled event has no registrations."""
