"""`python -m pipeline.cli` is the `newswire` command of exactly this Python."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
