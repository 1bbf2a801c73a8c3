"""Checks a department's signatures: cosigned.py VKEY, with lines `cosigned <json string>` or `anchor <json string>` as input"""
import base64, hashlib, json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

name, _, key = sys.argv[1].split("+", 2)
key = base64.b64decode(key)[1:]
public = Ed25519PublicKey.from_public_bytes(key)
for line in sys.stdin:
    kind, note = line.split(" ", 1)
    text, lines = json.loads(note).rsplit("\n\n", 1)
    text += "\n"
    signature_type = b"\x04" if kind == "cosigned" else b"\x01"
    key_id = hashlib.sha256(name.encode() + b"\n" + signature_type + key).digest()[:4]
    [signature] = [base64.b64decode(l.split(" ")[2]) for l in lines.splitlines() if l.split(" ")[1] == name]
    assert signature[:4] == key_id
    if kind == "cosigned":
        time = int.from_bytes(signature[4:12], "big")
        public.verify(signature[12:], f"cosignature/v1\ntime {time}\n{text}".encode())
    else:
        time = int(text.split("\n")[1])
        public.verify(signature[4:], text.encode())
    print(kind, time)
