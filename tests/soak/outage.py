"""Six hours without a mail server and 5,000 notices that wait (F36): the fault test, five times."""

import os
import sys

import pytest

os.environ["OUTAGE_NOTICES"] = "5000"
sys.exit(pytest.main(["-n", "0", "-q", "-k", "six_hours", "tests/faults/test_outage.py"]))
