-- How the functions of the feed, and those of what claims rest on, are planned (run last). A session keeps their plans,
-- and makes them when it first writes, most often while the queue of notes, or a table that they look into, is empty: a
-- scan of the whole table is cheapest then, and stays the plan while one transaction fills it, so that each row reads all rows before it.
-- What they look up has an index, and only that is used. `plan_cache_mode`: no plan depends on the ids that it is for,
-- and to make one takes longer than to run it; PostgreSQL would make the first five of a session anew at each call, and
-- many ever after. `jit`: before version 18 a plan that can't but scan would count as so costly that it is compiled, at
-- each call.
do $$
declare
    one record;
begin
    for one in select p.oid::regprocedure as made from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = current_schema()::regnamespace and l.lanname = 'plpgsql'
            and p.proname ~ '^puente_(track|note|keep|image|number_changes|claimed)' loop
        execute format('alter function %s set enable_seqscan = off', one.made);
        execute format('alter function %s set jit = off', one.made);
        execute format('alter function %s set plan_cache_mode = force_generic_plan', one.made);
    end loop;
end
$$;

-- It joins the rows of a statement before and after: by nested loops, as planned for few, each is compared with each.
alter function puente_grants_changed set enable_nestloop = off;
alter function puente_grants_changed set jit = off;
