"""A table into the files of a release. The same input gives the same bytes: no time, no chance."""
