"""The `newswire` command, also as `python -m pipeline`: what is done before anything else is imported."""

from __future__ import annotations

from pipeline import interrupts

__all__ = ("run",)


def run() -> None:
    """Runs the command line and ends the process."""
    interrupts.end_at_once()
    from pipeline.cli import main

    main()


if __name__ == "__main__":
    run()
