"""The source root, which is no package: what is in it is imported from here, as `newswire`.

Without this file, Python would find `pipeline.newswire` from the repository's root as well, and load every module a second
time: two extractors, two sets of metrics, errors that no `except` knows.
"""

raise ImportError("pipeline/ is the source root and no package: import newswire, not pipeline.newswire")
