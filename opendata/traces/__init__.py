"""Traces: what people wrote and left (canaries), and the search for it in every byte of a release."""
