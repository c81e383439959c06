"""What `make run`, `make test`, `make bench` and `make clean` do; only the standard library is used here."""
