"""The document: the text of an article and what is read off it.

In: the body as characters, or as spaCy has parsed it. Out: the `Parse` that all other rooms read, paragraphs, quote marks paired
on the characters, the dateline, and the drafts that the rooms hand to each other.
"""
