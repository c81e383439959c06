"""What the passing of time does to cases.

late (what missed its deadline, and whose it was) → reminders (who hears of it, by the rules) → closing (what ends by
silence); recount moves running deadlines when the calendar changes. All run from jobs, in batches, and may be
interrupted anywhere: what is done stays done, and nothing is said twice.
"""
