"""Every page of the portal and of the desk under axe, in both languages at both widths."""

import os
import sys

import pytest

os.environ["SWEEP_WHOLE"] = "yes"
TESTS = ["tests/browser/test_accessibility.py", "tests/browser/test_admin_sweep.py"]
sys.exit(pytest.main(["-q", "-n", "2", "--dist", "loadgroup", *TESTS]))
