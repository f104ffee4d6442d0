-- A word that is found nowhere else at the end of every free text, and of every list of free texts.
-- Answers are searched for those that the viewer may not read. What names rows (`natural_key`), keeps a shape
-- or belongs to a vocabulary has none: the column refuses it.

create function pg_temp.canary(origin text) returns text language sql as $$
    select 'qz' || substr(md5(origin), 1, 8)  -- the same in every run
$$;

-- Of a phone number, which has the form of one: none begins with +999.
create function pg_temp.canary_number(origin text) returns text language sql as $$
    select '+999' || lpad((('x' || substr(md5(origin), 1, 7))::bit(28)::int % 100000000)::text, 8, '0')
$$;

do $$
declare
    c record;
    changed text;
begin
    for c in
        select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'public' and is_generated = 'NEVER'
            and (data_type = 'text' or udt_name = '_text')
            and column_name not in ('slug', 'code', 'key', 'doi', 'ror_id', 'orcid')
            and table_name not in ('alembic_version', 'feed', 'change', 'change_note', 'access_grant',
                'audit_entry', 'audit_value', 'idempotency_key')
            -- Copies of a person's names, which follow the person.
            -- Of vocabularies and of the feed, which no constraint says.
            and (table_name = 'webhook' and column_name in ('types', 'epoch', 'fingerprint')) is false
            and (table_name in ('mentor', 'participant') and column_name like 'name%') is false
        order by table_name, column_name
    loop
        foreach changed in array case
            when c.column_name = 'phone' then array['pg_temp.canary_number(%3$L || id)']
            when c.data_type = 'text' then array['%1$I || '' '' || pg_temp.canary(%3$L || id)', '%1$I || ''-'' || pg_temp.canary(%3$L || id)']
            else array['array_append(%1$I, pg_temp.canary(%3$L || id))'] end
        loop
            begin
                execute format('update %2$I set %1$I = ' || changed || ' where %1$I is not null',
                    c.column_name, c.table_name, c.table_name || '.' || c.column_name);
                exit;
            exception when check_violation or invalid_parameter_value then
                continue;
            end;
        end loop;
    end loop;
    -- They are as if they had been there from the first: in the last change of each row that is told.
    update change_note n set version = x.version from change_note x
        where x.xid = puente_xid() and n.id = (
            select max(m.id) from change_note m where m.entity_id = x.entity_id and m.xid <> x.xid);
    delete from change_note where xid = puente_xid();
end
$$;
