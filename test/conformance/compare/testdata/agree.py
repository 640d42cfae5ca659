"""Answers what compare.py says of pairs of object sets: python3 agree.py COMPARE.py < questions.json > answers.json

Questions are [{"file": FILE or "expected": [object, ...], "actual": [object, ...]}, ...], answers [[difference, ...], ...].
"""

import importlib.util
import json
import sys
import types


def comparison(path):
    """compare.py as a module that takes lists of objects where it takes files."""
    spec = importlib.util.spec_from_file_location("comparison", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yaml = module.yaml

    def load_all(source, Loader):
        return source if isinstance(source, list) else yaml.load_all(source, Loader=Loader)

    names = ("load", "safe_dump", "YAMLError", "CSafeLoader")
    module.yaml = types.SimpleNamespace(**{name: getattr(yaml, name) for name in names}, load_all=load_all)
    module.open = lambda source: source if isinstance(source, list) else open(source, encoding="utf-8")
    return module


def main():
    module = comparison(sys.argv[1])
    pairs = json.load(sys.stdin)
    json.dump([module.main(p.get("file") or p["expected"], p["actual"]) for p in pairs], sys.stdout)


if __name__ == "__main__":
    main()
