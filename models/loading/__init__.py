"""How rows get into the database: the reference data, the demo cohort, files of institutions and people."""
