"""The `newswire` command, also as `python -m newswire`: what is done before anything else is imported."""

from __future__ import annotations

from newswire import interrupts

__all__ = ("run",)


def run() -> None:
    """Runs the command line and ends the process."""
    interrupts.end_at_once()
    from newswire.cli import main

    main()


if __name__ == "__main__":
    run()
