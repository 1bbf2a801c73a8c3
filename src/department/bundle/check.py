#!/usr/bin/env python3
"""Checks a proof bundle of loa: python3 check.py [BUNDLE] [--department KEY] [--qr TEXT]

BUNDLE is the unpacked folder (the folder of this script, if it is left out) or the ZIP file. KEY is the department's key;
get it from the department itself, not from the bundle. TEXT is what a QR code on a readable receipt says.
It needs Python 3.8 and nothing else. docs/department.md of loa specifies every file ("Proof bundle").

Kiểm tra một bộ bằng chứng của loa. KEY là khoá của Sở: hãy hỏi Sở, đừng lấy trong bộ.
"""
import base64, csv, datetime, hashlib, io, json, os, re, stat, struct, sys, unicodedata, zipfile

MAX_FILES, MAX_BYTES, RATIO = 30_500, 1 << 28, 200
NAME = re.compile(r"(?:(?:receipts|keys|heads)/)?[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
SIGNED = ("SHA256SUMS", "bundle.note")
HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


class Bad(Exception):
    """What is wrong."""


def need(condition, reason):
    if not condition:
        raise Bad(reason)


def reason_of(error):
    return str(error) if isinstance(error, (Bad, OSError)) else f"malformed ({type(error).__name__}: {error})"


def say(*words):
    """Prints one line: whatever a bundle says, it cannot rewrite the screen."""
    text = "".join(" " if c in "\n\t" else c for c in " ".join(map(str, words)))
    print("".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))[:2000])


# Ed25519 (RFC 8032, section 5.1.7), slow but short: a bundle has only a few different signatures.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = add(q, p)
        p, s = add(p, p), s >> 1
    return q


def same_point(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P or x == 0 and sign:
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or a is None or r is None or s >= L:
        return False
    if same_point(multiply(8, a), (0, 1, 1, 0)):  # a key of small order signs anything
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same_point(multiply(s, BASE), add(r, multiply(h, a)))


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def decode(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Bad(f"not base64: {text[:40]!r}") from None


class Key:
    """A verifier key of c2sp.org/signed-note: <name>+<key id>+<base64 of type and key>."""

    def __init__(self, text):
        parts = text.strip().split("+", 2)
        need(len(parts) == 3, "a key is not of the form name+id+base64")
        self.name, bytes_ = parts[0], decode(parts[2])
        need(len(bytes_) == 33 and bytes_[0] in (1, 4), "a key has an unknown type")
        self.key, self.fingerprint = bytes_[1:], head_code(sha256(text.strip().encode()))
        need(self.key_id(bytes_[0]).hex() == parts[1], "a key was copied with a wrong character")

    def key_id(self, kind):
        return sha256(self.name.encode(), b"\n", bytes([kind]), self.key)[:4]


def split_note(note):
    text, _, lines = note.rpartition("\n\n")
    need(text and lines.endswith("\n"), "a signed note is malformed")
    signatures = []
    for line in lines[:-1].split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "—", "a signature line is malformed")
        signatures.append((parts[1], decode(parts[2])))
    return text + "\n", signatures


CHECKED = {}


def times_signed(note, key, kind):
    """The times of this key's signatures under a note: [] if there are none, [None] for signatures without a time."""
    if (note, key.name, key.key, kind) not in CHECKED:
        (text, signatures), times = split_note(note), []
        for name, signature in signatures:
            if name != key.name or signature[:4] != key.key_id(kind):
                continue
            time = int.from_bytes(signature[4:12], "big") if kind == 4 else None
            message = (f"cosignature/v1\ntime {time}\n" if kind == 4 else "") + text
            need(is_signed(key.key, message.encode(), signature[12 if kind == 4 else 4:]), f"a signature of {name} is forged")
            times.append(time)
        CHECKED[note, key.name, key.key, kind] = times
    return CHECKED[note, key.name, key.key, kind]


def parse_receipt(text):
    """c2sp.org/tlog-proof"""
    match = re.fullmatch(r"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\nindex (\d+)\n((?:[A-Za-z0-9+/]{43}=\n){0,64})\n(.+)", text, re.S)
    need(match, "not a receipt")
    return decode(match[1]), int(match[2]), [decode(line) for line in match[3].split()], match[4]


def root_from(leaf, index, size, proof):
    """RFC 9162, section 2.1.3.2"""
    need(index < size, "the entry is not under the head")
    node, last = leaf, size - 1
    for sibling in proof:
        need(last > 0, "the proof is too long")
        if index & 1 or index == last:
            node = sha256(b"\1", sibling, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\1", node, sibling)
        index, last = index >> 1, last >> 1
    need(last == 0, "the proof is too short")
    return node


def head_code(root):
    number = int.from_bytes(root[:10], "big")
    code = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> 75 - 5 * i & 31] for i in range(16))
    return "-".join(code[i:i + 4] for i in range(0, 16, 4))


def check_receipt(text, key, department):
    """-> the entry, what a QR code says, the head code, and the department's time or None"""
    line, index, proof, head = parse_receipt(text)
    need(times_signed(head, key, 1), "the station has not signed the head")
    lines = split_note(head)[0].split("\n")
    need(len(lines) == 4 and lines[0] == key.name and key.name.startswith("loa/"), "the head is not that of this log")
    size, root = int(lines[1]), decode(lines[2])
    need(root_from(sha256(b"\0", line), index, size, proof) == root, "the entry is not in the log, or was changed")
    start = re.match(rb'{"v":1,"seq":(\d+),"type":"outcome","at":"', line)
    need(start and int(start[1]) == index, "the entry is not the result of an airing")
    times = times_signed(head, department, 4)
    qr = "\n".join(["loa/receipt/v1", key.name, str(index), base64.b64encode(sha256(b"\0", line)).decode(), str(size), lines[2]])
    return json.loads(line.decode()), qr, head_code(root), min(times) if times else None


def plain(text):
    """As in the list: no control or invisible characters."""
    return "".join(c for c in HIDDEN.sub("", text) if unicodedata.category(c) != "Cc")


def check_row(row, entry, key, code, time):
    if time is not None:
        time = datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {
        "station": key.name.split("/")[1], "log": key.name, "entry": entry["seq"], "written_at": entry["at"],
        "head_code": code, "airing": entry["id"], "countersigned_at": "" if time is None else time,
    }
    for name in ("planned_at", "title", "segment", "campaign", "topic", "language", "result", "reason", "planned_ms",
                 "played_ms", "late_us", "level", "volume", "sha256"):
        values[name] = "" if entry.get(name) is None else entry[name]
    for name, value in values.items():
        need(row[name] in (plain(str(value)), "'" + plain(str(value))), f"the list has another {name}")
    is_synchronised = bool((entry.get("clock") or {}).get("synchronised"))
    need((row["clock"] == "synchronised") == is_synchronised, "the list has another clock")


def check_directory(path):
    """Judges the directory of a ZIP file before Python reads it: a small file can claim millions of entries."""
    size = os.path.getsize(path)
    need(22 <= size <= MAX_BYTES, "this is no ZIP file of a bundle, or it is too large")
    with open(path, "rb") as file:
        file.seek(max(0, size - 42))
        end = file.read(42).rjust(42)
    mark, disk, first_disk, here, count, length, at, comment = struct.unpack("<4s4H2LH", end[20:])
    need(mark == b"PK\5\6" and end[:4] != b"PK\6\7" and (disk, first_disk, here, comment) == (0, 0, count, 0)
         and at + length + 22 == size, "the directory of the ZIP file is not that of a bundle")
    need(count <= MAX_FILES and length <= count * 433, "too many files")


def read_zip(path):
    check_directory(path)
    files, total = {}, 0
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            need(NAME.fullmatch(info.filename), f"a file has a name that no bundle has: {info.filename[:80]!r}")
            need(not stat.S_ISLNK(info.external_attr >> 16) and info.filename not in files, f"a link, or twice: {info.filename}")
            need(info.file_size <= RATIO * info.compress_size + 1024, f"too strongly compressed: {info.filename}")
            total += info.file_size
            need(total <= MAX_BYTES, "the files are too large")
            with archive.open(info) as file:
                files[info.filename] = file.read(info.file_size + 1)
    return files


def read_folder(path):
    files, total = {}, 0
    for folder, names, file_names in os.walk(path):
        names[:] = [name for name in names if name != "__pycache__"]
        for name in names + file_names:
            full = os.path.join(folder, name)
            kind = os.lstat(full).st_mode
            need(stat.S_ISREG(kind) or stat.S_ISDIR(kind), f"not a regular file: {full}")
        for name in file_names:
            full = os.path.join(folder, name)
            short = os.path.relpath(full, path).replace(os.sep, "/")
            need(NAME.fullmatch(short), f"a file has a name that no bundle has: {short[:80]!r}")
            with open(full, "rb") as file:
                files[short] = file.read(MAX_BYTES + 1 - total)
            total += len(files[short])
            need(len(files) <= MAX_FILES and total <= MAX_BYTES, "too many or too large files")
    return files


def check(files, department_text, qr):
    for name in SIGNED + ("list.csv", "keys/department.vkey"):
        need(name in files, f"{name} is missing")
    own = Key(files["keys/department.vkey"].decode())
    department = Key(department_text) if department_text else own
    need((department.name, department.key) == (own.name, own.key), "the bundle was made with another department's key")
    note = files["bundle.note"].decode()
    need(times_signed(note, department, 1), "the department has not signed the bundle")
    said = re.fullmatch(
        r"loa/bundle/v1\nfrom (\S+)\nuntil (\S+)\nairings (\d+)\nwithout-outcome (\d+)\nsums ([0-9a-f]{64})\n", split_note(note)[0])
    need(said and sha256(files["SHA256SUMS"]).hex() == said[5], "SHA256SUMS is not the one that the department has signed")
    sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    problems = [f"{name} was added" for name in sorted(set(files) - set(sums) - set(SIGNED))]
    for name, digest in sums.items():
        if name not in files:
            problems.append(f"{name} is missing")
        elif sha256(files[name]).hex() != digest:
            problems.append(f"{name} was changed")
    keys = [Key(data.decode()) for name, data in files.items() if name.startswith("keys/") and name != "keys/department.vkey"]
    keys = {key.name: key for key in keys}
    rows = list(csv.DictReader(io.StringIO(files["list.csv"].decode("utf-8-sig"), newline="")))
    need(len(rows) == int(said[3]), f"the list has {len(rows)} rows, the department has signed for {said[3]}")
    qr = None if qr is None else "\n".join(qr.split())
    qr_found, proved = False, []
    for number, row in enumerate(rows, 1):
        name = f"receipts/{number:05}.tlog-proof"
        try:
            need(row["number"] == str(number) and row["receipt"] == name and name in files, "its receipt is missing")
            need(row["log"] in keys, "the key of its log is missing")
            key = keys[row["log"]]
            entry, says, code, time = check_receipt(files[name].decode(), key, department)
            check_row(row, entry, key, code, time)
            qr_found = qr_found or says == qr
            proved.append((number, row, entry, time))
        except Exception as error:
            problems.append(f"airing {number}: {reason_of(error)}")
    if qr is not None and not qr_found:
        problems.append("no receipt of this bundle belongs to the QR code")
    for number, row, entry, time in proved:
        # Names, places and doubts are what the department states. If anything was altered, only receipts can be relied on.
        who = f"{number}: the receipt is good: {row['station']}" if problems else f"{number}: OK {row['name']}"
        seen = f"seen by the department {row['countersigned_at']}" if time is not None else "not countersigned"
        doubt = f", IMPLAUSIBLE: {row['doubt']}" if row["doubt"] and not problems else ""
        clock = "" if problems else f", clock {row['clock']}"
        say(f"{who}, {row['planned_at'] or row['written_at']}, {row['title']}: {entry['result']}, "
            f"{int(entry['played_ms']) / 1000:.1f} s, level {entry['level']}{clock}, {seen}{doubt}")
    need(not problems, "; ".join(problems))
    say(f"The fingerprint of the department's key is {own.fingerprint}.")
    return f"{len(rows)} airings, {said[4]} planned ones without an outcome, {said[1]} to {said[2]}"


def main(arguments):
    options, paths, rest = {"--department": None, "--qr": None}, [], list(arguments)
    if rest and rest[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    while rest:
        word = rest.pop(0)
        name, has_value, value = word.partition("=") if word.startswith("--") else ("", "", "")
        if name in options:
            options[name] = value if has_value else (rest.pop(0) if rest else "")
        else:
            paths.append(word)
    if len(paths) > 1 or any(path.startswith("-") for path in paths) or "" in options.values():
        print(__doc__)
        return 2
    path = paths[0] if paths else os.path.dirname(os.path.abspath(__file__))
    try:
        files = read_folder(path) if os.path.isdir(path) else read_zip(path)
        verdict = check(files, options["--department"], options["--qr"])
    except Exception as error:
        say("BAD", reason_of(error))
        return 1
    if not options["--department"]:
        say("The department's key was taken from the bundle itself: ask the department whether it is theirs.")
    say("“Took” is not “heard”: nothing here proves that a loudspeaker sounded, or that anybody listened.")
    say("OK", verdict)
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
