"""What `make run`, `make test`, `make bench` and `make clean` do; only load.py knows Django, the rest is plain Python."""
