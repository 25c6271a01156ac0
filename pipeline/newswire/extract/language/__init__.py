"""The language model as it is run.

In: texts. Out: a `Parse` of each, and the names that the recogniser sees. spaCy's networks in plain numpy, several times as fast.
"""
