"""Removes the files that it is given, of which some may not be there."""

import os
import sys

for path in sys.argv[1:]:
    try:
        os.remove(path)
    except FileNotFoundError:
        pass
