-- What a reader typed, in any of the forms that puente_vector keeps, but each form once: where two are the same
-- (the first two, of a text without accents, and often the last two), PostgreSQL would look for each word twice.
create or replace function puente_query(x text) returns tsquery
    language sql immutable parallel safe strict
    return case
            when websearch_to_tsquery('spanish', normalize(puente_lower_nfd(x), NFC))
                = websearch_to_tsquery('spanish', puente_fold(x))
            then websearch_to_tsquery('spanish', puente_fold(x))
            else websearch_to_tsquery('spanish', normalize(puente_lower_nfd(x), NFC))
                || websearch_to_tsquery('spanish', puente_fold(x))
        end
        || case
            when websearch_to_tsquery('english', puente_fold(x)) = websearch_to_tsquery('simple', puente_fold(x))
            then websearch_to_tsquery('simple', puente_fold(x))
            else websearch_to_tsquery('english', puente_fold(x)) || websearch_to_tsquery('simple', puente_fold(x))
        end;
