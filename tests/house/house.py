#!/usr/bin/env python3
"""Checks the layout of the source and prints each violation of a rule.

    tests/house/house.py [--report] [SRC]

The exit code is 1 if a rule is broken. `--report` also prints statistics.

A room is a top-level module of `src/`. Rules: a room imports only rooms below it in the file `order`; no circle of
imports joins two files; no two public types share a name; a file has at most 400 lines, a function at
most 60; the median file has at most 130 lines. Some source uses each sentence of a `texts!` table, as `Enum::Variant`,
or as `Self::Variant` in the file that defines it. Section 6 of `docs/architecture.md` names only paths that exist, and a
name that it gives as `` `Name` in `path` `` occurs in that file. The index of that section names all its items.
Tests inside the sources (`#[cfg(test)]`, `tests.rs`) may import anything.
"""
import os
import re
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SRC = os.path.normpath(os.path.join(HERE, "..", "..", "src"))
MAX_FILE_LINES, MAX_MEDIAN_LINES, MAX_FUNCTION_LINES = 400, 130, 60
# Files of at most this length do not count for the median: they only declare modules.
MAX_LINES_OUTSIDE_MEDIAN = 10

ITEM_KEYWORDS = ("struct", "enum", "trait", "type", "union", "const", "static", "fn", "mod")

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<raw>b?r(?P<h>\#*)".*?"(?P=h))
      |(?P<string>[bc]?"(?:\\.|[^"\\])*")
      |(?P<char>b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\])')
      |(?P<life>'[A-Za-z_]\w*)
      |(?P<word>[A-Za-z_]\w*!?(?=[^=]|$)|[A-Za-z_]\w*)
      |(?P<path>::)
      |(?P<punct>[^\s\w])""",
    re.S | re.X,
)


def tokens(text):
    """Returns the tokens of a source without comments, as (text, line). Literals and lifetimes become `""`."""
    line, position, result = 1, 0, []
    for match in TOKEN.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        if match.lastgroup == "comment":
            continue
        is_code = match.group("word") or match.group("path") or match.group("punct")
        result.append((match.group(0) if is_code else '""', line))
    return result


def closing_bracket(toks, i):
    """Returns the index of the bracket that closes the bracket at index `i`."""
    depth = 0
    while i < len(toks):
        token = toks[i][0]
        if token in ("(", "[", "{"):
            depth += 1
        elif token in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return i
        i += 1
    return len(toks) - 1


def without_tests(toks):
    """Returns the tokens without the items under `#[cfg(test)]`."""
    result, i = [], 0
    while i < len(toks):
        if [t for t, _ in toks[i : i + 7]] == ["#", "[", "cfg", "(", "test", ")", "]"]:
            i += 7
            while toks[i][0] == "#":
                i = closing_bracket(toks, i + 1) + 1
            while i < len(toks) and toks[i][0] not in ("{", ";"):
                i = closing_bracket(toks, i) + 1 if toks[i][0] in ("(", "[") else i + 1
            i = (closing_bracket(toks, i) if i < len(toks) and toks[i][0] == "{" else i) + 1
            continue
        result.append(toks[i])
        i += 1
    return result


def read_use_tree(toks, i, prefix, imports):
    """Reads the use tree at index `i`. Appends each import as (path, local name). Returns the index after the tree."""
    path = list(prefix)
    while True:
        token = toks[i][0]
        if token == "{":
            end = closing_bracket(toks, i)
            i += 1
            while i < end:
                i = read_use_tree(toks, i, path, imports)
                if toks[i][0] == ",":
                    i += 1
            return end + 1
        if token == "::":
            i += 1
            continue
        if token in (",", ";", "}"):
            imports.append((path, path[-1] if path else ""))
            return i
        if token == "as":
            imports.append((path, toks[i + 1][0]))
            return i + 2
        path = path + [token]
        i += 1


class File:
    """One source file: its imports, re-exports, public types and functions."""

    def __init__(self, name):
        self.name = name
        parts = name[:-3].split("/")
        self.module = [] if parts == ["lib"] else parts
        with open(os.path.join(SRC, name), encoding="utf-8") as f:
            self.text = f.read()
        self.lines = self.text.count("\n")
        self.toks = without_tests(tokens(self.text))
        # Paths that the file uses: (path, line, True for a re-export).
        self.paths = []
        # Re-exports: name and path.
        self.exports = {}
        # Paths of modules that the file re-exports with `*`.
        self.glob_exports = []
        # Public types: (name, line).
        self.types = []
        # Functions: (name, line, number of lines).
        self.functions = []
        # Names of all items.
        self.items = set()
        self.read()

    def read(self):
        toks, i = self.toks, 0
        while i < len(toks):
            token, line = toks[i]
            if token == "use" and toks[i - 1][0] != "+" and toks[i + 1][0] != "<":
                is_public = self.is_public(i)
                imports = []
                i = read_use_tree(toks, i + 1, [], imports)
                for path, name in imports:
                    if name == "self":
                        path, name = path[:-1], path[-2]
                    if is_public:
                        if name == "*":
                            self.glob_exports.append(path[:-1])
                        else:
                            self.exports[name] = path
                    self.paths.append((path, line, is_public))
                continue
            if token in ("crate", "super", "self") and toks[i + 1][0] == "::" and toks[i - 1][0] not in ("(", "::"):
                path, end = [token], i + 1
                while toks[end][0] == "::" and re.match(r"\w", toks[end + 1][0]):
                    path.append(toks[end + 1][0].rstrip("!"))
                    end += 2
                self.paths.append((path, line, False))
                i = end
                continue
            if token in ITEM_KEYWORDS and re.match(r"[A-Za-z_]\w*$", toks[i + 1][0]):
                if token in ("struct", "enum", "trait", "type") and self.is_public(i):
                    self.types.append((toks[i + 1][0], line))
                self.items.add(toks[i + 1][0])
                if token == "fn":
                    body = i
                    while body < len(toks) and toks[body][0] not in ("{", ";"):
                        body = closing_bracket(toks, body) + 1 if toks[body][0] in ("(", "[") else body + 1
                    if body < len(toks) and toks[body][0] == "{":
                        end = closing_bracket(toks, body)
                        self.functions.append((toks[i + 1][0], line, toks[end][1] - line + 1))
            i += 1

    def sentences(self):
        """Returns the variants of the file's `texts!` tables as (enum, variant, line)."""
        toks, result = self.toks, []
        for i in range(len(toks) - 1):
            if toks[i][0] != "texts!" or toks[i + 1][0] != "{":
                continue
            end = closing_bracket(toks, i + 1)
            start = next((k for k in range(i, end) if toks[k][0] == "enum"), None)
            if start is None or not re.match(r"[A-Za-z_]", toks[start + 1][0]):
                continue
            # A variant is the first name after the table's opening brace, or after the `;` of the previous variant.
            k, end = start + 3, closing_bracket(toks, start + 2)
            while k < end:
                while toks[k][0] == "#":
                    k = closing_bracket(toks, k + 1) + 1
                result.append((toks[start + 1][0], toks[k][0], toks[k][1]))
                while k < end and toks[k][0] != ";":
                    k = closing_bracket(toks, k) + 1 if toks[k][0] == "{" else k + 1
                k += 1
        return result

    def is_public(self, i):
        """Returns True if `pub` or `pub(...)` precedes the item whose keyword is at index `i`."""
        k = i - 1
        while k >= 0 and self.toks[k][0] in ("unsafe", "const", "async"):
            k -= 1
        if k >= 0 and self.toks[k][0] == ")":
            while k >= 0 and self.toks[k][0] != "(":
                k -= 1
            k -= 1
        return k >= 0 and self.toks[k][0] == "pub"

    def absolute(self, path):
        """Returns a path from the root of the crate; None for the path of another crate."""
        base = list(self.module)
        first = path[0] if path else ""
        if first == "crate":
            return path[1:]
        if first == "self":
            return base + path[1:]
        if first == "super":
            remainder = list(path)
            while remainder and remainder[0] == "super":
                base = base[:-1]
                remainder = remainder[1:]
            return base + remainder
        if first in self.children:
            return base + path
        return None


def load():
    """Reads all sources. Returns the files by path below `src/`, and the files by module."""
    files = {}
    for folder, _, names in os.walk(SRC):
        for name in names:
            if name.endswith(".rs"):
                path = os.path.relpath(os.path.join(folder, name), SRC).replace(os.sep, "/")
                files[path] = File(path)
    modules = {"/".join(file.module): file for file in files.values() if file.name != "main.rs"}
    for file in files.values():
        base = "/".join(file.module)
        file.children = {m.split("/")[-1] for m in modules if m and "/".join(m.split("/")[:-1]) == base and m != base}
    return files, modules


def resolve(modules, path, visited=()):
    """Returns the file that defines the item of an absolute path; None if there is none. Follows re-exports."""
    for cut in range(len(path), -1, -1):
        file = modules.get("/".join(path[:cut]))
        if file is None:
            continue
        remainder = path[cut:]
        if not remainder or remainder[0] == "*":
            return file
        name = remainder[0]
        if name in file.exports and name not in file.items:
            target = file.absolute(file.exports[name])
            if target is not None and tuple(target) not in visited and target != path:
                return resolve(modules, target + remainder[1:], visited + (tuple(path),))
        for glob_path in file.glob_exports:
            target = file.absolute(glob_path)
            if target is not None and name not in file.items and (tuple(target) + (name,)) not in visited:
                definition = resolve(modules, target + remainder, visited + (tuple(path),))
                if definition is not None and name in definition.items:
                    return definition
        return file
    return None


def import_graph(files, modules):
    """Returns the imports between files: importing file, imported file, and (line, path) of the first import."""
    graph = {}
    for file in files.values():
        if file.name == "main.rs" or file.name.endswith("tests.rs"):
            continue
        for path, line, is_public in file.paths:
            target = file.absolute(path)
            if target is None:
                continue
            imported = resolve(modules, target)
            # A module may re-export from its own submodules.
            if imported is None or imported is file:
                continue
            if is_public and imported.module[: len(file.module)] == file.module:
                continue
            graph.setdefault(file.name, {}).setdefault(imported.name, (line, "::".join(path)))
    return graph


def circles(graph):
    """Returns the groups of files that import each other (Tarjan's strongly connected components)."""
    index, low, stack, groups = {}, {}, [], []

    def visit(file):
        index[file] = low[file] = len(index)
        stack.append(file)
        for imported in graph.get(file, ()):
            if imported not in index:
                visit(imported)
                low[file] = min(low[file], low[imported])
            elif imported in stack:
                low[file] = min(low[file], index[imported])
        if low[file] == index[file]:
            start = stack.index(file)
            group = stack[start:]
            del stack[start:]
            if len(group) > 1:
                groups.append(sorted(group))

    sys.setrecursionlimit(10000)
    for file in sorted(graph):
        if file not in index:
            visit(file)
    return groups


def room_of(file):
    """Returns the room of a path below `src/`."""
    return file.split("/")[0].removesuffix(".rs")


def room_faults(files, graph, order):
    """Returns the rooms that are missing in `order`, and the imports of rooms that are higher in `order`."""
    faults = []
    for file in sorted(files):
        if room_of(file) not in order and file not in ("lib.rs", "main.rs"):
            faults.append(f"src/{file}: the room `{room_of(file)}` is not in tests/house/order")
    for file, imports in sorted(graph.items()):
        for imported, (line, path) in sorted(imports.items()):
            room, imported_room = room_of(file), room_of(imported)
            if room not in order or imported_room not in order:
                continue
            if order.index(imported_room) < order.index(room):
                faults.append(f"src/{file}:{line}: imports upward: {path} (src/{imported})")
    return faults


def circle_faults(graph):
    """Returns the circles of imports, each with its imports."""
    faults = []
    for group in circles(graph):
        imports = []
        for file in group:
            for imported in group:
                if imported in graph.get(file, {}):
                    line, path = graph[file][imported]
                    imports.append(f"{file} -> {imported} ({path}:{line})")
        faults.append("a circle of imports: " + "; ".join(imports))
    return faults


def name_faults(files):
    """Returns the names that several public types share."""
    positions = {}
    for file in files.values():
        for name, line in file.types:
            positions.setdefault(name, []).append(f"src/{file.name}:{line}")
    return [
        f"the name {name} is {len(types)} public types: " + ", ".join(types)
        for name, types in sorted(positions.items())
        if len(types) > 1
    ]


def length_faults(files, median):
    """Returns the files and functions that are too long, and a median that is too large."""
    faults = []
    for file in sorted(files.values(), key=lambda file: file.name):
        if file.lines > MAX_FILE_LINES:
            faults.append(f"src/{file.name}: {file.lines} lines, more than {MAX_FILE_LINES}")
        for name, line, length in file.functions:
            if length > MAX_FUNCTION_LINES:
                faults.append(f"src/{file.name}:{line}: fn {name}: {length} lines, more than {MAX_FUNCTION_LINES}")
    if median > MAX_MEDIAN_LINES:
        faults.append(f"the median file has {median} lines, more than {MAX_MEDIAN_LINES}")
    return faults


def text_faults(files):
    """Returns the sentences of `texts!` tables that no source uses."""
    uses = {}
    for file in files.values():
        words = [text for text, _ in file.toks]
        for name, path, variant in zip(words, words[1:], words[2:]):
            if path == "::":
                uses.setdefault(variant, set()).add((name, file.name if name == "Self" else ""))
    faults = []
    for file in sorted(files.values(), key=lambda file: file.name):
        for name, variant, line in file.sentences():
            if not uses.get(variant, set()) & {(name, ""), ("Self", file.name)}:
                faults.append(f"src/{file.name}:{line}: nothing uses the sentence {name}::{variant}")
    return faults


def page_faults():
    """Returns the paths in section 6 of `docs/architecture.md` that do not exist, and the names that are missing from their files."""
    top = os.path.dirname(os.path.abspath(SRC))
    page = os.path.join(top, "docs", "architecture.md")
    if not os.path.exists(page):
        return []
    with open(page, encoding="utf-8") as f:
        section = re.split(r"^## ", f.read(), flags=re.M)
    section = " ".join("".join(part for part in section if part.startswith("6.")).split())

    def path_of(text):
        candidates = [os.path.join(SRC, text), os.path.join(top, text)]
        return next((path for path in candidates if os.path.exists(path)), None)

    faults = []
    for text in sorted(set(re.findall(r"`([\w./-]+)`", section))):
        is_path = "/" in text.rstrip("/") or text.endswith(("/", ".rs", ".py", ".md"))
        if is_path and not text.startswith(("/", ".")) and path_of(text) is None:
            faults.append(f"docs/architecture.md: there is no {text}")
    for names, text in re.findall(r"((?:`[\w:]+`(?:, | and ))*`[\w:!]+`) in `([\w./-]+\.\w+)`", section):
        path = path_of(text)
        if path is None:
            continue
        with open(path, encoding="utf-8") as f:
            words = set(re.findall(r"\w+", f.read()))
        parts = [part for name in re.findall(r"`([\w:]+)!?`", names) for part in name.split("::")]
        faults += [f"docs/architecture.md: {part} is not in {text}" for part in parts if part not in words]
    return faults + index_faults(section)


def index_faults(section):
    """Returns the items of section 6 that its index does not name, and the names in the index that are no items."""
    index = section.partition("### Index ")[2].partition(" ### ")[0]
    # The rules that many items share come directly after the index, and need no row in it.
    items = section.partition("### Index ")[2].partition(" ### ")[2].partition(" ### ")[2]
    items = [name.rstrip(".") for name in re.findall(r"(?:^|\s)- \*\*(.+?)\*\*", items)]
    shared = [name.rstrip(".") for name in re.findall(r"(?:^|\s)- \*\*(.+?)\*\*", section)]
    names = re.findall(r'"([^"]+)"', index)
    faults = [f"docs/architecture.md: the index does not name \"{item}\"" for item in items
              if index and not any(item.startswith(name) for name in names)]
    return faults + [f"docs/architecture.md: \"{name}\" in the index is no item" for name in names
                     if not any(item.startswith(name) for item in shared)]


def main():
    global SRC
    prints_report = "--report" in sys.argv
    for argument in sys.argv[1:]:
        SRC = SRC if argument.startswith("--") else argument
    with open(os.path.join(HERE, "order"), encoding="utf-8") as f:
        order = [room for line in f for room in line.split("#")[0].split()]
    files, modules = load()
    graph = import_graph(files, modules)
    median = statistics.median([file.lines for file in files.values() if file.lines > MAX_LINES_OUTSIDE_MEDIAN] or [0])
    faults = room_faults(files, graph, order) + circle_faults(graph) + name_faults(files) + length_faults(files, median)
    faults += text_faults(files) + page_faults()
    for fault in faults:
        print(fault)
    if prints_report:
        public_types = sum(len(file.types) for file in files.values())
        imports = sum(len(imported) for imported in graph.values())
        longest = max(file.lines for file in files.values())
        print(f"{len(files)} files, median {median} lines, longest {longest}; {public_types} public types; "
              f"{imports} imports between files; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
