"""Verifies an export of an airing log: verify.py EXPORT_DIR VKEY [--no-epochs]"""
import base64, hashlib, json, re, sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

START = re.compile(rb'{"v":1,"seq":(\d+),"type":"([^"\\]+)","at":"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}[+-]\d\d:\d\d",')
NOTE = re.compile(r"([^\n]+)\n([1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:— [^\s+]+ [A-Za-z0-9+/]+=*\n){1,100})")
KEPT = {"schedule": {"files": "toml", "library": "json"}, "plan": {"sha256": "json"}}

def need(condition, reason):
    if not condition:
        raise ValueError(reason)

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def read(path, limit=1 << 28):
    need(path.is_file() and path.stat().st_size <= limit, f"{path} is missing or too long")
    return path.read_bytes()

def parse_vkey(vkey):  # -> (name, key id), public key
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    need(len(key) == 33 and key[0] == 1 and sha256(name.encode(), b"\n", key).hex()[:8] == key_id, "malformed vkey")
    return (name, bytes.fromhex(key_id)), key[1:]

def check_note(note, name, origin, keys):  # -> (size, root); each of the keys must have signed
    match, found = NOTE.fullmatch(note), set()
    need(match and match[1] == origin and not re.search(r"[\x00-\x09\x0b-\x1f]", note), f"{name} is not a checkpoint of this log")
    for signer_name, text in re.findall("— ([^ ]+) (.+)\n", match[4]):
        signature = base64.b64decode(text, validate=True)
        if (signer := (signer_name, signature[:4])) in keys:
            Ed25519PublicKey.from_public_bytes(keys[signer]).verify(signature[4:], note[:match.end(3) + 1].encode())
            found.add(signer)
    need(found == set(keys), f"{name}: a signature is missing")
    return int(match[2]), match[3]

def tile(base, n, width, item):  # -> (bytes, items in the file); the full tile may replace a partial one
    path = base / re.sub("(...)(?=.)", r"x\1/", str(n).zfill(-(-len(str(n)) // 3) * 3))
    partial = Path(f"{path}.p", str(width))
    return (read(partial, width * item), width) if width < 256 and partial.exists() else (read(path, 256 * item), 256)

def entries(base, size):
    for first in range(0, size, 256):
        (data, count), lines, at = tile(base, first // 256, min(256, size - first), 65537), [], 0
        while at < len(data):
            start, at = at + 2, at + 2 + int.from_bytes(data[at:at + 2], "big")
            lines.append(data[start:at])
        need(at == len(data) and len(lines) == count, f"bundle of entry {first} is malformed")
        yield from lines[:size - first]

def root_of(hashes, size):  # hashes[h][i] is the root of the i-th complete subtree of height h
    root, *rest = [hashes[h][(size >> h) - 1] for h in range(64) if size >> h & 1]
    for left in rest:
        root = sha256(b"\1", left, root)
    return base64.b64encode(root).decode()

def verify(base, vkey, epochs):
    log, hashes, epoch = parse_vkey(vkey), [[] for _ in range(64)], 0
    head, origin, keys = read(base / "checkpoint").decode(), log[0][0], dict([log])
    size, root = check_note(head, "head", origin, keys)
    closings = read(base / "closings").decode() if epochs and (base / "closings").exists() else ""
    closings = re.findall(r"(?:(?!— ).*\n)+(?:— .*\n)*|.+", closings)
    for seq, line in enumerate(entries(base / "tile" / "entries", size)):
        start, entry, height = START.match(line), json.loads(line.decode()), 0
        need(start and start[1] == b"%d" % seq and b"\n" not in line, f"entry {seq} begins with wrong keys")
        hashes[0].append(sha256(b"\0", line))
        while len(hashes[height]) % 2 == 0:
            hashes[height + 1].append(sha256(b"\1", *hashes[height][-2:]))
            height += 1
        kind = start[2].decode() if epochs else ""
        need((kind == "genesis") == (seq == 0) or not epochs, "entry 0 and only entry 0 must be a genesis entry")
        if kind == "epoch" and (closings or seq + 1 < size):
            found = check_note(closings.pop(0) if closings else "", f"closing {epoch}", origin, keys)
            need(found == (seq + 1, root_of(hashes, seq + 1)), f"closing {epoch} does not match the entries")
        if kind in ("genesis", "epoch"):
            epoch, new = epoch + (kind == "epoch"), parse_vkey(entry["epoch_key"])
            need(repr(entry.get("epoch", 0)) == f"{epoch}" and new[0][0] == f"{origin}/epoch/{epoch}", "wrong epoch")
            keys = dict([log, new]) if seq == 0 or seq + 1 < size else keys
        if kind == "genesis":
            need(entry["origin"] == origin and parse_vkey(entry["key"]) == log, "genesis of another log")
            need(re.fullmatch("(loa|rehearsal)/.+/" + sha256(log[1], new[1]).hex()[:32], origin), "the origin does not match the keys")
        for key, suffix in KEPT.get(kind, {}).items():
            for name in re.findall('"([0-9a-f]{64})"', json.dumps(entry.get(key))):
                need(sha256(read(base / "kept" / f"{name}.{suffix}")).hex() == name, f"kept file {name} was changed")
    need(root == root_of(hashes, size) and not closings, "the root differs, or a closing is left over")
    check_note(head, "head", origin, keys)
    for height in range(0, 64, 8) if epochs or (base / "tile" / "0").exists() else ():
        for i in range(0, len(hashes[height]), 256):
            want = b"".join(hashes[height][i:i + 256])
            data, _ = tile(base / "tile" / f"{height // 8}", i // 256, len(want) // 32, 32)
            need(data.startswith(want), f"hash tile {height // 8}/{i // 256} is wrong")
    return f"OK {origin} {size} {root}"

try:
    print(verify(Path(sys.argv[1]), sys.argv[2], "--no-epochs" not in sys.argv[3:]))
except Exception as error:
    print("BAD", ascii(str(error) or "a signature is invalid"))
    sys.exit(1)
