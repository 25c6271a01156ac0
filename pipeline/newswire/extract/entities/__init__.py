"""Entities: who and what an article names.

In: a `Parse` and the recogniser's names. Out: entity drafts with their mentions by name, type, country, role and place.
"""
