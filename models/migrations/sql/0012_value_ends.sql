-- A day is of the years 1 to 9999, so is an instant (in UTC), and a number is finite: what a scalar can answer.
-- Whatever lies beyond, the infinities too, becomes the nearest end: other systems write 9999-12-31 for "no end",
-- and the driver made infinity of it. A number that is none (NaN) has no nearest end: the check names its table.
do $$
declare
    it record;
    ends text;
    first text;
    last text;
begin
    for it in
        select c.oid::regclass as relation, c.relname as name,
            array_agg(a.attname::text order by a.attname) as columns,
            array_agg(format_type(a.atttypid, null) order by a.attname) as types
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
            and c.relname not in ('change', 'change_note', 'feed') and a.attnum > 0 and not a.attisdropped
            and format_type(a.atttypid, null)
                in ('date', 'timestamp with time zone', 'numeric', 'double precision')
        group by c.oid order by c.relname
    loop
        ends := '';
        for i in 1 .. cardinality(it.columns) loop
            if it.types[i] in ('numeric', 'double precision') then
                ends := ends || format(
                    ', add constraint %I check (%2$I > ''-Infinity'' and %2$I < ''Infinity'')',
                    format('ck_%s_%s_finite', it.name, it.columns[i]), it.columns[i]);
                continue;
            end if;
            first := case it.types[i] when 'date' then '''0001-01-01''' else '''0001-01-01T00:00Z''::timestamptz' end;
            last := case it.types[i] when 'date' then '''9999-12-31'''
                else '''9999-12-31T23:59:59.999999Z''::timestamptz' end;
            execute format(
                'update %s set %2$I = least(greatest(%2$I, %3$s), %4$s) where %2$I not between %3$s and %4$s',
                it.relation, it.columns[i], first, last);
            ends := ends || format(
                ', add constraint %I check (%I between %s and %s)',
                format('ck_%s_%s_in_calendar', it.name, it.columns[i]), it.columns[i], first, last);
        end loop;
        set constraints all immediate;
        execute format('alter table %s %s', it.relation, substr(ends, 3));
    end loop;
end
$$;
