ALTER TABLE consent ALTER COLUMN id SET DEFAULT gen_random_uuid();
