"""Checks the closed periods of a store: closing.py STORE [--addendum]

Written from docs/department.md ("Closing a period") alone; the numbers are those of totals.py, which counts the raw lines.
Prints a list with an object for each closing: its files that are not as the journal says, the tables that equal a count
of the entries under the closed heads, and with --addendum the cells that differ from a count of all entries.
"""
import csv, hashlib, io, json, pathlib, subprocess, sys

store = pathlib.Path(sys.argv[1])
TOTALS = pathlib.Path(__file__).with_name("totals.py")
KEYS = "target station campaign topic language district_code commune_code segment date edited_on addressee from until"
VALUES = {"taken-out": ["from", "until"]}


def counted(closing, table, folder=None):
    """The table of totals.py as CSV."""
    arguments = ["--from", closing["from"], "--until", closing["until"], "--by", table]
    arguments += ["--period", manifest["period"], "--today", manifest["closed_on"]]
    arguments += ["--closing", str(folder)] if folder else []
    output = subprocess.run([sys.executable, TOTALS, store, *arguments], capture_output=True, check=True).stdout
    table = json.loads(output)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([table["columns"], *table["rows"]])
    return "\ufeff" + text.getvalue()


def rows_by_key(table, text):
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    keys = [column for column in rows[0] if column in KEYS.split() and column not in VALUES.get(table, [])]
    return rows[0], {
        tuple((column, cell) for column, cell in zip(rows[0], row) if column in keys): dict(zip(rows[0], row))
        for row in rows[1:]
    }


def differences(table, closed, now):
    header, closed_rows = rows_by_key(table, closed)
    _, present_rows = rows_by_key(table, now)
    for key in sorted(closed_rows.keys() | present_rows.keys()):
        for column in header:
            before, after = (rows.get(key, {}).get(column, "") for rows in (closed_rows, present_rows))
            if before != after and column not in dict(key):
                try:
                    change = str(int(after) - int(before))
                except ValueError:
                    change = ""
                yield [table, ";".join(f"{name}={cell}" for name, cell in key), column, before, after, change]


entries = []
for path in sorted((store / "department" / "entries").iterdir()):
    entries += map(json.loads, path.read_text().splitlines())
result = []
for closing in entries:
    if closing["type"] != "period-closing":
        continue
    folder = store / "closings" / f"{closing['from']}..{closing['until']}"
    faults = []
    for file in closing["files"]:
        path = folder / file["name"]
        content = path.read_bytes() if path.is_file() else b""
        if (hashlib.sha256(content).hexdigest(), len(content)) != (file["sha256"], file["bytes"]):
            faults.append(file["name"])
    manifest = json.loads((folder / "closing.json").read_text())
    names = {file["name"] for file in closing["files"]}
    tables = [table for table in manifest["tables"] if table != "stated"]
    if "targets.toml" not in names:
        tables.remove("target")
    text = lambda table: (folder / f"{table}.csv").read_bytes().decode()
    report = {"files": len(names), "faults": faults}
    report["equal"] = [table for table in tables if text(table) == counted(closing, table, folder)]
    report["other"] = [table for table in tables if table not in report["equal"]]
    if "--addendum" in sys.argv:
        report["addendum"] = [row for table in tables for row in differences(table, text(table), counted(closing, table))]
    result.append(report)
print(json.dumps(result))
