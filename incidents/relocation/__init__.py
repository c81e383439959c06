"""Open cases are placed and routed again after the borders or the service areas have changed.

rows (what is there, as arrays) → places (where it belongs now, who leads there) → decide (what that changes in one
case) → write (all of a batch in one transaction); run carries the batches, forecast only tells.
"""
