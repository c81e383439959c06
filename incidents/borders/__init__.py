"""The administrators' page of border editions: compare, put in force, roll back, and how the relocation goes."""
