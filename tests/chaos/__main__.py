"""`make chaos`: the full schedule, SIGTERM alone, and the control that must lose something.

    python -m tests.chaos --seed 7 --stories 3000 --only full

Prints each verdict as a table; `.cache/chaos/SEED/` keeps logs and histories. The same seed makes the same stories and the same
disruptions again.
"""

from __future__ import annotations

import argparse
import random
import sys

from tests.chaos.run import ROOT, Plan, Report, run
from tests.chaos.schedule import FULL, IN_DEBT, TERMINATIONS, Kind, draw

# Twice the workers, one that has it all, and some again.
SCALE = (4, 1, 3)


def plans(seed: int, stories: int) -> list[Plan]:
    """The runs of `make chaos`."""
    control = draw(seed, (Kind.KILL_WORKER,) * 4)
    few = min(stories, 600)  # nothing is waited for in these, so a few stories give as many chances to go wrong
    return [
        Plan("full", seed, stories, draw(seed, FULL, scale=SCALE)),
        Plan("sigterm", seed, few, draw(seed, TERMINATIONS, scale=SCALE)),
        Plan("arrival", seed, few, draw(seed, IN_DEBT * 2), naive="arrival", poison=False),
        Plan("completion", seed, few, control, naive="completion"),
    ]


def passed(report: Report) -> bool:
    """A run passes when all holds; SIGTERM alone when besides nothing came twice; a control when it saw loss.

    Acknowledging out of order loses something only where the broker's offset happens to pass a message in work, so that control
    is reported and not required.
    """
    if report.plan.naive == "arrival":
        return bool(report.outcome.missing)
    if report.plan.naive == "completion":
        return True
    quiet = report.plan.name != "sigterm" or not any(report.outcome.duplicates.values())
    return report.passed and quiet


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--stories", type=int, default=3000)
    parser.add_argument("--only", choices=("full", "sigterm", "arrival", "completion"))
    options = parser.parse_args()
    failed = []
    for plan in plans(options.seed, options.stories):
        if options.only in (None, plan.name):
            directory = ROOT / ".cache" / "chaos" / str(options.seed) / plan.name
            print(f"\n# {plan.name}: seed {plan.seed}, {plan.stories} stories\n", flush=True)
            report = run(plan, directory, lambda line: print(line, flush=True))
            print(f"\n{report.table()}\n\nHistory: {report.history}", flush=True)
            if not passed(report):
                failed.append(plan.name)
    print(f"\nseed {options.seed}: {'failed: ' + ', '.join(failed) if failed else 'passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
