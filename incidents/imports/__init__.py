"""Lists of cases from elsewhere: another system's history, or what somebody kept in a spreadsheet (docs/import.md)."""
