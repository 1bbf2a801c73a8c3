"""Checks the journal of a department's store and lists its incidents: journal.py FOLDER VKEY [FROM UNTIL]

Written from docs/department.md ("The journal") and docs/report.md ("Refused and contradictory logs") alone.
"""
import base64, datetime, hashlib, json, os, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

folder, vkey = sys.argv[1:3]
SETTLED_BY_WHOLE_COPY = {"taken-out", "not-accepted", "unknown-key", "incomplete", "no-log", "no-space", "failed"}


def root(leaves):
    """RFC 6962, section 2.1"""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def read_lines():
    lines = []
    for number in range(4096):
        path = os.path.join(folder, "entries", f"{number:06}.jsonl")
        if not os.path.exists(path):
            break
        text = open(path, "rb").read()
        assert len(lines) == number * 256 and text.endswith(b"\n"), "rubbish"
        lines += text[:-1].split(b"\n")
    return lines


def checked_head():
    text, signatures = open(os.path.join(folder, "head"), encoding="utf-8").read().rsplit("\n\n", 1)
    text += "\n"
    name, _, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    assert key[0] == 4, "a key of cosignatures"
    key_id = hashlib.sha256(name.encode() + b"\n\x04" + key[1:]).digest()[:4]
    [line] = [line.split(" ") for line in signatures.splitlines()]
    signature = base64.b64decode(line[2])
    assert line[1] == name and signature[:4] == key_id, "another key"
    time = int.from_bytes(signature[4:12], "big")
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[12:], message)
    origin, size, root_text = text.splitlines()
    return origin, int(size), base64.b64decode(root_text)


lines = read_lines()
origin, size, signed_root = checked_head()
assert len(lines) == size, "lines that are not under the head"
assert root(lines) == signed_root, "edited"
entries = [json.loads(line) for line in lines]
assert [entry["seq"] for entry in entries] == list(range(size))
assert entries[0]["type"] == "journal" and entries[0]["origin"] == origin and entries[0]["key"] == vkey
incidents = {}
for entry in entries:
    if entry["type"] == "incident":
        incidents[entry["seq"]] = {**entry, "seen_again": 0, "whole_since": None, "answer": None}
    if entry["type"] == "collection":
        for seq in entry["again"]:
            incidents[seq]["seen_again"] += 1
            incidents[seq]["whole_since"] = None
        for seq in entry["whole_since"]:
            incidents[seq]["whole_since"] = entry["at"]
answers = {}
for entry in entries:
    if entry["type"] != "answer":
        continue
    if "incident" in entry:
        incidents[entry["incident"]]["answer"] = entry["verdict"]
    else:
        answers[entry["origin"], entry["outcome"]] = entry
if len(sys.argv) > 3:
    def is_listed(incident):
        at = datetime.datetime.fromisoformat(incident["at"].replace("Z", "+00:00"))
        date = str(at.astimezone(datetime.timezone(datetime.timedelta(hours=7))).date())
        is_settled = incident["whole_since"] is not None and incident["code"] in SETTLED_BY_WHOLE_COPY
        is_settled = is_settled or incident["answer"] == "settled"
        return sys.argv[3] <= date <= sys.argv[4] or not is_settled
    incidents = {seq: incident for seq, incident in incidents.items() if is_listed(incident)}
keys = ["seq", "code", "seen_again", "whole_since", "answer"]
collections = sum(entry["type"] == "collection" for entry in entries)
print(json.dumps({"entries": size, "collections": collections,
                  "answers": [[a["airing"], a["outcome"], a["verdict"], a.get("text", "")] for a in answers.values()],
                  "incidents": [[incident[key] for key in keys] for incident in incidents.values()]}))
