"""What `make run`, `make test`, `make bench` and `make clean` do. Only load.py knows Django; the rest is plain Python."""
