"""The desk of the data steward: what is due, what waits, what was stopped; datasets, policy, withdrawals."""
