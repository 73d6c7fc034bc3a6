"""`bin/soak notices`: ten thousand notices in a storm of kills; 1 when a promise was broken."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.faults import chaos

DRAIN, DOUBLED = 30.0, 0.0002


def main() -> int:
    """Run the storm and the naive twin's; print what is kept in docs/soak/."""
    parser = argparse.ArgumentParser(prog="bin/soak notices")
    parser.add_argument("--seed", type=int, default=7, help="the same storm again (%(default)s)")
    parser.add_argument("--notices", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=120)
    parser.add_argument("--seconds", type=float, default=240.0)
    options = parser.parse_args()
    print(
        f"bin/soak notices  {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC  {os.cpu_count()} cores  "
        f"Python {platform.python_version()}",
        flush=True,
    )
    broken = False
    for naive in (False, True):
        with tempfile.TemporaryDirectory(prefix="portal-storm-") as name:
            Path(name).chmod(0o755)
            try:
                with chaos.storm(Path(name), naive=naive) as here:
                    result = chaos.rage(
                        here,
                        seed=options.seed,
                        notices=options.notices,
                        kills=options.kills,
                        seconds=options.seconds,
                        patience=20 if naive else 120,
                    )
            except chaos.NotHereError as missing:
                print(f"could not run: {missing}", file=sys.stderr)
                return 2
        wrong = result.wrong(drain=DRAIN, doubled=DOUBLED)
        if naive:
            held = bool(result.lost)
            print(f"naive twin   {result}")
            print(f"             {'loses, as it must' if held else 'LOST NOTHING: no control'}")
        else:
            held = not wrong
            print(f"outbox       {result}  rows {dict(result.states)}")
            print(f"             {'every promise kept' if held else '; '.join(wrong)}", flush=True)
        broken = broken or not held
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
