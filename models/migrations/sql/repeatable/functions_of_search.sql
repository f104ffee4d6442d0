-- What a reader typed, as a query (0011_search_functions.sql has the rules, and made these functions in SQL). In
-- PL/pgSQL each step is planned once for a session; what SQL can't inline, PostgreSQL 16 and 17 plan again for
-- each statement, which took ten times as long as the words themselves. They name this schema, since what calls
-- them need not have it on its search path.
create or replace function puente_word_query(accented text, plain text) returns tsquery
    language plpgsql immutable parallel safe strict as $$
declare
    spanish tsquery := websearch_to_tsquery('spanish', plain);
    english tsquery := websearch_to_tsquery('english', plain);
    simple tsquery := websearch_to_tsquery('simple', plain);
begin
    if accented <> plain then
        spanish := websearch_to_tsquery('spanish', accented) || spanish;
    end if;
    if english <> simple then
        simple := english || simple;
    end if;
    return spanish || simple;
end
$$;

do $do$
begin
    execute format($made$
create or replace function puente_any_query(x text) returns tsquery
    language plpgsql immutable parallel safe strict as $$
declare
    letters text := regexp_replace(%1$I.puente_letters(x), '[\u0002-\u001f]+', ' ', 'g');
    wanted text := regexp_replace(letters, %1$I.puente_unwanted(), ' ', 'g');
    joined text;
    unwanted text;
    found tsquery;
begin
    if wanted <> letters then
        unwanted := (
            select string_agg(U&'\0001' || translate(part[1], '"', ' ') || U&'\0001', ' or ')
            from regexp_matches(letters, %1$I.puente_unwanted(), 'g') part
        );
    end if;
    wanted := regexp_replace(
        wanted,
        '(?<![0-9a-z\u00c0-\u1fff\u2c00-\U0010ffff])"([^ "]|[^ "][^"]*[^ "])"(?![0-9a-z\u00c0-\u1fff\u2c00-\U0010ffff])',
        U&' \0001\\1\0001 ', 'g'
    );
    found := %1$I.puente_letter_query(wanted);
    joined := %1$I.puente_joined(wanted);
    if joined <> wanted then
        found := found || %1$I.puente_letter_query(joined);
    end if;
    if unwanted is not null then
        found := found && !!%1$I.puente_letter_query(unwanted);
    end if;
    return found;
end
$$;

create or replace function puente_query(x text) returns tsquery
    language plpgsql immutable parallel safe strict as $$
declare
    words text;
begin
    if x collate "C" !~ '^[ 0-9A-Za-záéíóúüñÁÉÍÓÚÜÑ]*$' then
        return %1$I.puente_any_query(x);
    end if;
    words := %1$I.puente_spanish_words(x);
    return %1$I.puente_word_query(words, translate(words, 'áéíóúüñ', 'aeiouun'));
end
$$;
$made$, current_schema());
end
$do$;
