-- Numbers that are plainly international: digits with separators after + and the country code. Others stay as they are.
with written as (
    select id, '+' || regexp_replace(phone, '[^0-9]', '', 'g') as number from person
    where phone ~ '^\+[1-9][0-9 .()-]*$' and phone !~ '\(0'
), stored as (
    select id, regexp_replace(number, '^\+521([0-9]{10})$', '+52\1') as number from written
)
update person p set phone = s.number from stored s
where p.id = s.id and s.number ~ '^\+[1-9][0-9]{6,14}$' and p.phone <> s.number;
