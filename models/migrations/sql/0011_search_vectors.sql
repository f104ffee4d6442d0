-- Every vector is made anew of the expression that it had. PostgreSQL 16 can't have a generated column computed
-- again, so each is dropped and added, with its indexes and the triggers that look at it.
do $$
declare
    vector record;
    statement text;
begin
    for vector in
        select c.oid::regclass as "table", a.attname as "column", pg_get_expr(d.adbin, d.adrelid) as expression,
            array(
                select pg_get_indexdef(indexrelid) from pg_index where indrelid = c.oid and a.attnum = any (indkey)
            ) as indexes,
            array(
                select distinct t.oid from pg_trigger t
                join pg_depend on classid = 'pg_trigger'::regclass and objid = t.oid
                where refobjid = c.oid and refobjsubid = a.attnum and not tgisinternal
            ) as triggers
        from pg_class c
        join pg_attribute a on attrelid = c.oid and attgenerated = 's' and atttypid = 'tsvector'::regtype
        join pg_attrdef d on adrelid = c.oid and adnum = attnum
        where pg_get_expr(d.adbin, d.adrelid) ~ 'puente_vector'
    loop
        foreach statement in array
            array(
                select format('drop trigger %I on %s', tgname, tgrelid::regclass)
                from pg_trigger where oid = any (vector.triggers)
            )
            || format('alter table %s drop column %I', vector."table", vector."column")
            || format(
                'alter table %s add column %I tsvector generated always as (%s) stored not null',
                vector."table", vector."column", vector.expression
            )
            || vector.indexes
            || array(select pg_get_triggerdef(oid) from pg_trigger where oid = any (vector.triggers))
        loop
            execute statement;
        end loop;
    end loop;
end
$$;

-- The copies of people's names. Nothing that anybody sees has changed, so no trigger makes a change of it.
alter table mentor disable trigger user;
alter table participant disable trigger user;
update mentor m set name_search = p.search
    from person p where p.id = m.person_id and m.name_search is distinct from p.search;
update participant m set name_search = p.search
    from person p where p.id = m.person_id and m.name_search is distinct from p.search;
alter table mentor enable trigger user;
alter table participant enable trigger user;
