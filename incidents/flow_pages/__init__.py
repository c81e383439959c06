"""The workflow as administrators see it: drawn, compared, put in force."""
