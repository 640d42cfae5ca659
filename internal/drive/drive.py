"""Runs a script with a clock of the test's: drive.py SCRIPT NAME=SECONDS...

No time passes but while the script sleeps. Each time the test is told, through
file 3, for how long it has slept in all; it goes on when the test has answered
with a line, and ends where no answer comes. The script's constants of these names
are set, so that how fast this machine is decides nothing.
"""

import importlib.util
import os
import sys

END = 75


class Clock:
    def __init__(self, test):
        self.slept = 0
        self.test = test

    def monotonic(self):
        return 1000 + self.slept

    def sleep(self, seconds):
        self.slept += seconds
        print(self.slept, file=self.test, flush=True)
        if not sys.stdin.readline():
            sys.exit(END)


def load(path):
    spec = importlib.util.spec_from_file_location("script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load(sys.argv[1])
script.time = Clock(os.fdopen(3, "w"))
for constant in sys.argv[2:]:
    name, _, seconds = constant.partition("=")
    setattr(script, name, int(seconds))
script.main()
