"""Check the code against the size limits that keep it readable; exit with 1 if one is exceeded.

`make lint` runs it. The limits are those of docs/architecture.md.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: In lines, unless the name says otherwise.
PRODUCT_LINES = 16_550  # to be lowered whenever code goes; a change that raises it says why
DEMO_LINES = 350
ROOT_MODULES = 6
MODULE_LINES = 300
CLASS_LINES = 200
FUNCTION_LINES = 50
TEMPLATE_COLUMNS = 120


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def lines(paths: list[Path]) -> int:
    return sum(path.read_text().count("\n") for path in paths)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def long_definitions(path: Path) -> Iterator[str]:
    """A message for each class and function over its limit. Decorators are not counted."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            limit = CLASS_LINES
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            limit = FUNCTION_LINES
        else:
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > limit:
            yield f"{named(path)}:{node.lineno} {node.name} has {length} lines, more than {limit}"


def main() -> int:
    demo = [*python_files("liveblogs/demo"), ROOT / "liveblogs/management/commands/demo.py"]
    product = [
        path for path in python_files("newsroom", "liveblogs") if path not in demo and "migrations" not in path.parts
    ]
    root_modules = [path for path in (ROOT / "liveblogs").glob("*.py") if path.name != "__init__.py"]
    templates = sorted((ROOT / "templates").rglob("*.html"))

    totals = [
        ("Product Python without demo and migrations, lines", lines([*product, ROOT / "manage.py"]), PRODUCT_LINES),
        ("Demo Python, lines", lines(demo), DEMO_LINES),
        ("Modules at the root of liveblogs/", len(root_modules), ROOT_MODULES),
    ]
    faults = [f"{name}: {count}, more than {limit}" for name, count, limit in totals if count > limit]
    for path in [*product, *demo]:
        if (length := lines([path])) > MODULE_LINES:
            faults.append(f"{named(path)} has {length} lines, more than {MODULE_LINES}")
        faults.extend(long_definitions(path))
    for path in templates:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if len(line) > TEMPLATE_COLUMNS:
                faults.append(f"{named(path)}:{number} has {len(line)} characters, more than {TEMPLATE_COLUMNS}")

    for name, count, limit in totals:
        print(f"{name}: {count:,} (at most {limit:,})")
    longest = max(product, key=lambda path: lines([path]))
    print(f"Longest module: {named(longest)}, {lines([longest])} lines (at most {MODULE_LINES})")
    tests = lines(list(python_files("tests")))
    print(f"Tests, lines: {tests:,}")
    print("\n".join(faults) or "No limit is exceeded.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
