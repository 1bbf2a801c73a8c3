#!/usr/bin/env python3
"""Checks how the source is laid out, and prints what breaks the rules.

    tests/house/house.py [--report] [SRC]

It exits with 1 when a rule is broken; `--report` prints the figures as well.

Rules: a room of `src/` imports only rooms that stand below it in the file `order`; no circle of imports joins two files;
a public type's name belongs to one type; no file is longer than 400 lines, and no function longer than 60.
Tests inside the sources (`#[cfg(test)]`, `tests.rs`) may import what they like.
"""
import os
import re
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SRC = os.path.normpath(os.path.join(HERE, "..", "..", "src"))
MAX_FILE, MAX_MEDIAN, MAX_FUNCTION = 400, 130, 60
# Longer than this a file's length counts; a few lines that declare modules would make any median small.
SMALLEST = 10

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
    """The tokens of a source without comments, as (text, line)."""
    line, at, out = 1, 0, []
    for m in TOKEN.finditer(text):
        line += text.count("\n", at, m.start())
        at = m.start()
        if m.lastgroup == "comment":
            continue
        kind = "word" if m.group("word") else "path" if m.group("path") else "punct" if m.group("punct") else "other"
        out.append((m.group(0) if kind != "other" else '""', line))
    return out


def close_of(toks, i):
    """Index of the bracket that closes the one at `i`."""
    opens, closes = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
    depth = 0
    while i < len(toks):
        t = toks[i][0]
        if t in opens:
            depth += 1
        elif t in closes:
            depth -= 1
            if depth == 0:
                return i
        i += 1
    return len(toks) - 1


def without_tests(toks):
    """Drops items under `#[cfg(test)]`."""
    out, i = [], 0
    while i < len(toks):
        if [t for t, _ in toks[i : i + 7]] == ["#", "[", "cfg", "(", "test", ")", "]"]:
            i += 7
            while toks[i][0] == "#":
                i = close_of(toks, i + 1) + 1
            while i < len(toks) and toks[i][0] not in ("{", ";"):
                i = close_of(toks, i) + 1 if toks[i][0] in ("(", "[") else i + 1
            i = (close_of(toks, i) if i < len(toks) and toks[i][0] == "{" else i) + 1
            continue
        out.append(toks[i])
        i += 1
    return out


def use_tree(toks, i, prefix, out):
    """Reads one use tree from `i`; appends (path, name it is known by); returns the index after it."""
    path = list(prefix)
    while True:
        t = toks[i][0]
        if t == "{":
            end = close_of(toks, i)
            i += 1
            while i < end:
                i = use_tree(toks, i, path, out)
                if toks[i][0] == ",":
                    i += 1
            return end + 1
        if t == "::":
            i += 1
            continue
        if t in (",", ";", "}"):
            out.append((path, path[-1] if path else ""))
            return i
        if t == "as":
            out.append((path, toks[i + 1][0]))
            return i + 2
        path = path + [t]
        i += 1


class File:
    def __init__(self, name):
        self.name = name
        parts = name[:-3].split("/")
        self.module = [] if parts == ["lib"] else parts
        with open(os.path.join(SRC, name), encoding="utf-8") as f:
            self.text = f.read()
        self.lines = self.text.count("\n")
        self.toks = without_tests(tokens(self.text))
        self.paths, self.exports, self.types, self.functions, self.items = [], {}, [], [], set()
        self.globs = []
        self.read()

    def read(self):
        toks, i = self.toks, 0
        while i < len(toks):
            t, line = toks[i]
            if t == "use" and toks[i - 1][0] != "+" and toks[i + 1][0] != "<":
                public = self.is_public(i)
                found = []
                i = use_tree(toks, i + 1, [], found)
                for path, known in found:
                    if known == "self":
                        path, known = path[:-1], path[-2]
                    if public:
                        if known == "*":
                            self.globs.append(path[:-1])
                        else:
                            self.exports[known] = path
                    self.paths.append((path, line, public))
                continue
            if t in ("crate", "super", "self") and toks[i + 1][0] == "::" and toks[i - 1][0] not in ("(", "::"):
                path, k = [t], i + 1
                while toks[k][0] == "::" and re.match(r"\w", toks[k + 1][0]):
                    path.append(toks[k + 1][0].rstrip("!"))
                    k += 2
                self.paths.append((path, line, False))
                i = k
                continue
            if t in ("struct", "enum", "trait", "type", "union", "const", "static", "fn", "mod") and re.match(r"[A-Za-z_]\w*$", toks[i + 1][0]):
                if t in ("struct", "enum", "trait", "type") and self.is_public(i):
                    self.types.append((toks[i + 1][0], line))
                self.items.add(toks[i + 1][0])
                if t == "fn":
                    k = i
                    while k < len(toks) and toks[k][0] not in ("{", ";"):
                        k = close_of(toks, k) + 1 if toks[k][0] in ("(", "[") else k + 1
                    if k < len(toks) and toks[k][0] == "{":
                        end = close_of(toks, k)
                        self.functions.append((toks[i + 1][0], line, toks[end][1] - line + 1))
            i += 1

    def is_public(self, i):
        k = i - 1
        while k >= 0 and self.toks[k][0] in ("unsafe", "const", "async"):
            k -= 1
        if k >= 0 and self.toks[k][0] == ")":
            while k >= 0 and self.toks[k][0] != "(":
                k -= 1
            k -= 1
        return k >= 0 and self.toks[k][0] == "pub"

    def absolute(self, path):
        """The path from the crate's root, or None for another crate's."""
        at = list(self.module)
        first = path[0] if path else ""
        if first == "crate":
            return path[1:]
        if first == "self":
            return at + path[1:]
        if first == "super":
            rest = list(path)
            while rest and rest[0] == "super":
                at = at[:-1]
                rest = rest[1:]
            return at + rest
        if first in self.children:
            return at + path
        return None


def load():
    files = {}
    for folder, _, names in os.walk(SRC):
        for n in names:
            if n.endswith(".rs"):
                rel = os.path.relpath(os.path.join(folder, n), SRC).replace(os.sep, "/")
                files[rel] = File(rel)
    modules = {"/".join(f.module): f for f in files.values() if f.name != "main.rs"}
    for f in files.values():
        base = "/".join(f.module)
        f.children = {m.split("/")[-1] for m in modules if m and "/".join(m.split("/")[:-1]) == base and m != base}
    return files, modules


def resolve(modules, path, seen=()):
    """The file in which the item of an absolute path is defined."""
    for cut in range(len(path), -1, -1):
        f = modules.get("/".join(path[:cut]))
        if f is None:
            continue
        rest = path[cut:]
        if not rest or rest[0] == "*":
            return f
        name = rest[0]
        if name in f.exports and name not in f.items:
            target = f.absolute(f.exports[name])
            if target is not None and tuple(target) not in seen and target != path:
                return resolve(modules, target + rest[1:], seen + (tuple(path),))
        for g in f.globs:
            target = f.absolute(g)
            if target is not None and name not in f.items and (tuple(target) + (name,)) not in seen:
                inner = resolve(modules, target + rest, seen + (tuple(path),))
                if inner is not None and name in inner.items:
                    return inner
        return f
    return None


def edges(files, modules):
    out = {}
    for f in files.values():
        if f.name == "main.rs" or f.name.endswith("tests.rs"):
            continue
        for path, line, public in f.paths:
            target = f.absolute(path)
            if target is None:
                continue
            g = resolve(modules, target)
            if g is None or g is f or public and (g.module[: len(f.module)] == f.module):
                continue
            out.setdefault(f.name, {}).setdefault(g.name, (line, "::".join(path)))
    return out


def circles(graph):
    """Groups of more than one file that import each other (Tarjan)."""
    index, low, stack, on, out, count = {}, {}, [], set(), [], [0]

    def visit(v):
        index[v] = low[v] = count[0]
        count[0] += 1
        stack.append(v)
        on.add(v)
        for w in graph.get(v, ()):
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in on:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            group = []
            while True:
                w = stack.pop()
                on.discard(w)
                group.append(w)
                if w == v:
                    break
            if len(group) > 1:
                out.append(sorted(group))

    sys.setrecursionlimit(10000)
    for v in sorted(graph):
        if v not in index:
            visit(v)
    return out


def main():
    global SRC
    report = "--report" in sys.argv
    for argument in sys.argv[1:]:
        SRC = SRC if argument.startswith("--") else argument
    with open(os.path.join(HERE, "order"), encoding="utf-8") as f:
        order = [w for line in f for w in line.split("#")[0].split()]
    files, modules = load()
    graph = edges(files, modules)
    faults = []
    room = lambda name: name.split("/")[0].removesuffix(".rs")
    for f in sorted(files):
        if room(f) not in order and f not in ("lib.rs", "main.rs"):
            faults.append(f"src/{f}: the room `{room(f)}` is not in tests/house/order")
    for f, to in sorted(graph.items()):
        for g, (line, path) in sorted(to.items()):
            a, b = room(f), room(g)
            if a != b and a in order and b in order and order.index(b) < order.index(a):
                faults.append(f"src/{f}:{line}: imports upward: {path} (src/{g})")
    for group in circles(graph):
        inner = [f"{f} -> {g} ({graph[f][g][1]}:{graph[f][g][0]})" for f in group for g in group if g in graph.get(f, {})]
        faults.append("a circle of imports: " + "; ".join(inner))
    names = {}
    for f in files.values():
        for n, line in f.types:
            names.setdefault(n, []).append(f"src/{f.name}:{line}")
    for n, where in sorted(names.items()):
        if len(where) > 1:
            faults.append(f"the name {n} is {len(where)} public types: " + ", ".join(where))
    for f in sorted(files.values(), key=lambda f: f.name):
        if f.lines > MAX_FILE:
            faults.append(f"src/{f.name}: {f.lines} lines, more than {MAX_FILE}")
        for name, line, length in f.functions:
            if length > MAX_FUNCTION:
                faults.append(f"src/{f.name}:{line}: fn {name}: {length} lines, more than {MAX_FUNCTION}")
    median = statistics.median([f.lines for f in files.values() if f.lines > SMALLEST] or [0])
    if median > MAX_MEDIAN:
        faults.append(f"the median file has {median} lines, more than {MAX_MEDIAN}")
    for fault in faults:
        print(fault)
    if report:
        public = sum(len(f.types) for f in files.values())
        print(f"{len(files)} files, median {median} lines, longest {max(f.lines for f in files.values())}; "
              f"{public} public types; {sum(len(t) for t in graph.values())} imports between files; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
