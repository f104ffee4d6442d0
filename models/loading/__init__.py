"""Loading: the reference data, the demo cohort, and imports of CSV files and ROR records."""
