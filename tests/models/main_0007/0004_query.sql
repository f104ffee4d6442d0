-- What a reader typed, in any of the forms that puente_vector keeps, but each form once: where two are the same,
-- PostgreSQL would look for each word twice. Without letters beyond ASCII there is nothing to fold but case.
create or replace function puente_query(x text) returns tsquery
    language sql immutable parallel safe strict
    return case
        when octet_length(x) = char_length(x) then
            websearch_to_tsquery('spanish', lower(x collate "C"))
            || case
                when websearch_to_tsquery('english', lower(x collate "C")) = websearch_to_tsquery('simple', lower(x collate "C"))
                then websearch_to_tsquery('simple', lower(x collate "C"))
                else websearch_to_tsquery('english', lower(x collate "C")) || websearch_to_tsquery('simple', lower(x collate "C"))
            end
        else
            websearch_to_tsquery('spanish', normalize(puente_lower_nfd(x), NFC))
            || websearch_to_tsquery('spanish', puente_fold(x))
            || websearch_to_tsquery('english', puente_fold(x))
            || websearch_to_tsquery('simple', puente_fold(x))
        end;
