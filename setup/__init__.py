"""What the make targets do. Only load.py knows Django, the rest is plain Python."""
