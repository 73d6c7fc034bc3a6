"""Starts the other side (`inside`) in a process that knows no folder of the portal yet."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

from files.apart import inside

if __name__ == "__main__":
    inside.main()
