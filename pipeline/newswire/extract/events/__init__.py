"""Events: who did what to whom, by PLOVER 2.0.

In: a `Parse`, the entities and the quotes of the same text. Out: event drafts with their ends, date, place and factuality.
"""
