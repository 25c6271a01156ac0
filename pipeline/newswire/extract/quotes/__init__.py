"""Quotes: what an article says somebody said, wrote, thought or wants.

In: a `Parse` with its vectors. Out: quote drafts, each with its spans, its cue, its source as it stands, and
its confidence.
"""
