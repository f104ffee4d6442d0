"""What is stored: tables, migrations, and how the database is reached."""
