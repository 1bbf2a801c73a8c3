"""Writes an airing log without epochs, as a station's folder: write.py DIR N"""
import base64, hashlib, json, sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BEGIN = datetime(2023, 3, 20, 5, 15, 5, tzinfo=timezone(timedelta(hours=7)))
TITLES = ["Bản tin sáng", "Thời tiết nông vụ", "Thông báo của Ủy ban nhân dân xã", "Dân ca quan họ"]


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data):
    return base64.b64encode(data).decode()


def raw(secret):
    return secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(name, public):
    return sha256(name.encode(), b"\n\x01", public)[:4]


def vkey(name, public):
    return f"{name}+{key_id(name, public).hex()}+{b64(bytes([1]) + public)}"


def line(seq, kind, fields):
    at = BEGIN + timedelta(minutes=15 * seq)
    start = {"v": 1, "seq": seq, "type": kind, "at": at.isoformat(timespec="microseconds")}
    return json.dumps(start | fields, ensure_ascii=False, separators=(",", ":")).encode()


def outcome(seq):
    title = TITLES[seq % len(TITLES)]
    return line(seq, "outcome", {"title": title, "result": "aired", "level": 1, "note": f"Phát lần {seq}"})


def root(leaves):
    """The tree of RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return sha256(b"\x00", leaves[0])
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01", root(leaves[:split]), root(leaves[split:]))


def main():
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    if count < 1:
        sys.exit("a log needs at least its genesis entry")
    secret = Ed25519PrivateKey.generate()
    public = raw(secret)
    epoch_public = raw(Ed25519PrivateKey.generate())  # nothing is signed with this key
    origin = f"loa/python/{sha256(public, epoch_public).hex()[:32]}"

    genesis = {"origin": origin, "key": vkey(origin, public), "epoch_key": vkey(f"{origin}/epoch/0", epoch_public)}
    lines = [line(0, "genesis", genesis)] + [outcome(seq) for seq in range(1, count)]
    text = f"{origin}\n{count}\n{b64(root(lines))}\n"
    signature = b64(key_id(origin, public) + secret.sign(text.encode()))

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log.jsonl").write_bytes(b"".join(entry + b"\n" for entry in lines))
    (folder / "checkpoint").write_bytes(f"{text}\n— {origin} {signature}\n".encode())
    print(vkey(origin, public))


main()
