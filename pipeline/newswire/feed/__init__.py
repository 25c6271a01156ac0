"""Wire items into the raw topic: from files, JSON lines, drop folders, and RSS and Atom addresses."""
