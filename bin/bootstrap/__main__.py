"""The one set-up behind bin/run, bin/test and bin/check; standard library only."""

import signal
import sys
from types import FrameType

import launch
import stages
from steps import SetupError, explain


def stop(number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an orderly end, so that locks and children are let go."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> int:
    """Do what the shim asked for and answer the exit code."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    doing = {"run": launch.main, "test": stages.main, "check": stages.check}
    try:
        return doing[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        print("\nStopped. Start again whenever you like: what is done is kept.", file=sys.stderr)
        return 130
    except SetupError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{explain(error)}", file=sys.stderr)
        return 1


sys.exit(main(sys.argv[1:]))
