"""Where records go to be worked with: files for analysts, tables of a database."""
