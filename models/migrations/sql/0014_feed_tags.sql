-- Two databases that were started from one backup give the same numbers to different changes. What tells them
-- apart is a random tag of each batch of numbers: it is made when the batch is numbered, and kept with its changes.
-- `tag` is that of the batch that ends with `last`, `floor_tag` that of the change `floor`, which is no longer kept.
create function puente_new_feed_tag() returns text language sql volatile as $$
    select substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)
$$;

alter table feed
    add column tag TEXT COLLATE "C",
    add column floor_tag TEXT COLLATE "C";
update feed set tag = puente_new_feed_tag(), floor_tag = case when floor = last then null else epoch end;
update feed set floor_tag = tag where floor_tag is null;
alter table feed alter column tag set not null, alter column floor_tag set not null;

-- Changes that were numbered before have the epoch for a tag, so their ids stay; cursors of them are given no more.
do $$
begin
    execute format('alter table change add column tag TEXT COLLATE "C" not null default %L', (select epoch from feed));
end
$$;
alter table change alter column tag drop default;
update change set tag = feed.tag from feed where change.number = feed.last;

-- The tag of the batch that a number is in; null where it is not known: of a number below the floor, or of none.
create function puente_feed_tag(wanted bigint) returns text language sql stable as $$
    select case wanted when last then tag when floor then floor_tag
        else (select change.tag from change where change.number = wanted) end
    from feed
$$;

-- Whether this is the history that somebody has seen up to a number with this tag, as far as it is kept.
create function puente_feed_continues(seen bigint, seen_tag text) returns boolean language sql stable as $$
    select seen < floor or coalesce(puente_feed_tag(seen) = seen_tag, false) from feed
$$;

-- Whoever moves the feed's ends need not think of their tags. It is stable, so it sees what the statement before it
-- added, and what this one deletes. Where there is no such change, nobody has seen this end before.
create function puente_feed_ends() returns trigger language plpgsql stable as $$
begin
    if new.last <> old.last then
        new.tag := coalesce((select change.tag from change where number = new.last), puente_new_feed_tag());
    end if;
    if new.floor = old.last then
        new.floor_tag := old.tag;
    elsif new.floor <> old.floor then
        new.floor_tag := coalesce((select change.tag from change where number = new.floor), puente_new_feed_tag());
    end if;
    return new;
end
$$;

create trigger feed_ends before update of last, floor on feed
    for each row execute function puente_feed_ends();
