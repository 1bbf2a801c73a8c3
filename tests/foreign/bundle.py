"""Checks a proof bundle (a ZIP file) and prints what its receipts say, as JSON: bundle.py BUNDLE.zip VKEY

VKEY is the department's key. Written from docs/department.md ("Proof bundle") and docs/airlog-format.md alone.
bundle.py --ed25519 FOLDER compares the Ed25519 in FOLDER/check.py with the one of `cryptography`.
bundle.py --hostile BUNDLE.zip FOLDER writes ZIP files that no program may accept.
"""
import base64, csv, hashlib, io, json, os, random, sys, zipfile
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def key_of(vkey):
    name, _, key = vkey.strip().split("+", 2)
    return name, base64.b64decode(key)[1:]


def signatures(note, vkey, kind):
    """-> the signed text, and the bytes of this key's signatures"""
    (name, key), (text, lines) = key_of(vkey), note.rsplit("\n\n", 1)
    key_id = sha(name.encode(), b"\n", bytes([kind]), key)[:4]
    parts = [line.split(" ") for line in lines.splitlines()]
    found = [base64.b64decode(p[2]) for p in parts if p[1] == name]
    return text + "\n", [s[4:] for s in found if s[:4] == key_id]


def verify(vkey, message, signature):
    Ed25519PublicKey.from_public_bytes(key_of(vkey)[1]).verify(signature, message)


def mth(leaf, index, size, path):
    """RFC 6962, section 2.1.1, from the root downwards"""
    if size == 1:
        assert not path
        return leaf
    k = 1
    while k * 2 < size:
        k *= 2
    if index < k:
        return sha(b"\1", mth(leaf, index, k, path[:-1]), path[-1])
    return sha(b"\1", path[-1], mth(leaf, index - k, size - k, path[:-1]))


def check(path, department):
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    text, [signature] = signatures(files["bundle.note"].decode(), department, 1)
    verify(department, text.encode(), signature)
    assert text.startswith("loa/bundle/v1\nfrom ") and text.endswith("sums " + sha(files["SHA256SUMS"]).hex() + "\n")
    sums = "".join(f"{sha(data).hex()}  {name}\n" for name, data in sorted(files.items()) if name not in ("SHA256SUMS", "bundle.note"))
    assert sums.encode() == files["SHA256SUMS"]
    keys = {key_of(data.decode())[0]: data.decode() for name, data in files.items() if name.startswith("keys/")}
    rows = list(csv.DictReader(io.StringIO(files["list.csv"].decode("utf-8-sig"), newline="")))
    said = []
    for row in rows:
        first, _, rest = files[row["receipt"]].decode().partition("\nextra ")
        extra, rest = rest.split("\nindex ", 1)
        index, rest = rest.split("\n", 1)
        proof, head = rest.split("\n\n", 1) if not rest.startswith("\n") else ("", rest[1:])
        line, size = base64.b64decode(extra), int(head.split("\n")[1])
        root = mth(sha(b"\0", line), int(index), size, [base64.b64decode(h) for h in proof.split()])
        assert first == "c2sp.org/tlog-proof@v1" and base64.b64encode(root).decode() == head.split("\n")[2]
        assert head.split("\n")[0] == row["log"]
        text, [signature] = signatures(head, keys[row["log"]], 1)
        verify(keys[row["log"]], text.encode(), signature)
        text, cosignatures = signatures(head, department, 4)
        for signature in cosignatures:
            time = int.from_bytes(signature[:8], "big")
            verify(department, f"cosignature/v1\ntime {time}\n{text}".encode(), signature[8:])
        entry = json.loads(line)
        said.append([row["log"].split("/")[1], int(index), entry["id"], entry["title"], entry["result"], entry["played_ms"], len(cosignatures), size])
    print(json.dumps(said, ensure_ascii=False))


def compare_ed25519(folder):
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    from check import L, is_signed
    dice = random.Random(7)
    for turn in range(40):
        secret, message = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32)), dice.randbytes(turn * 5)
        key, signature = secret.public_key().public_bytes_raw(), bytearray(secret.sign(message))
        if turn % 4 == 1:
            signature[dice.randrange(64)] ^= 1 << dice.randrange(8)
        if turn % 4 == 2:
            message += b"x"
        if turn % 4 == 3:  # the same signature with another s: RFC 8032 forbids it
            signature[32:] = (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(bytes(signature), message)
            expected = True
        except InvalidSignature:
            expected = False
        assert expected == (turn % 4 == 0) and is_signed(key, message, bytes(signature)) == expected, turn
    small = (1).to_bytes(32, "little")  # the neutral point signs every message
    assert not is_signed(small, b"any message", small + bytes(32))
    print("OK")


def write_hostile(path, folder):
    good = zipfile.ZipFile(path)
    files = [(name, good.read(name)) for name in good.namelist()]

    def write(name, more, kind=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(os.path.join(folder, name), "w", kind) as archive:
            for info, data in files + more:
                archive.writestr(info, data)

    link = zipfile.ZipInfo("receipts/link")
    link.external_attr = 0o120777 << 16
    folder_entry = zipfile.ZipInfo("receipts/more/")
    write("traversal.zip", [("../../etc/cron.d/x", b"x")])
    write("absolute.zip", [("/tmp/x", b"x")])
    write("backslash.zip", [("receipts\\..\\x", b"x")])
    write("hidden.zip", [(".bashrc", b"x")])
    write("folder.zip", [(folder_entry, b"")])
    write("link.zip", [(link, b"/etc/passwd")])
    write("bomb.zip", [("receipts/bomb", bytes(8 << 20))])
    write("many.zip", [(f"receipts/x{n}", b"") for n in range(30_600)], zipfile.ZIP_STORED)
    write("nested.zip", [("receipts/a/b", b"x")])
    import warnings
    warnings.simplefilter("ignore")
    write("twice.zip", [("list.csv", b"other")])
    data = open(path, "rb").read()
    open(os.path.join(folder, "cut.zip"), "wb").write(data[:len(data) // 2])
    # The directory claims 3 GiB for a file.
    at = data.rindex(b"PK\1\2")
    open(os.path.join(folder, "huge.zip"), "wb").write(data[:at + 20] + (3 << 30).to_bytes(4, "little") * 2 + data[at + 28:])
    def with_end(name, end, front=b"", more=b""):
        open(os.path.join(folder, name), "wb").write(front + data[:-22] + end + more)

    end = data[-22:]
    with_end("comment.zip", end[:20] + b"\5\0hello")
    with_end("before.zip", end, front=b"#!/bin/sh\n")
    with_end("behind.zip", end, more=b"x")
    with_end("zip64.zip", b"PK\6\7" + bytes(16) + end)
    with_end("claim.zip", end[:8] + b"\xff\xff\xff\xff" + end[12:])
    # One entry, with all the others hidden in its directory.
    with_end("long.zip", end[:8] + b"\1\0\1\0" + end[12:])
    changed = bytearray(data)
    changed[data.index(b"PK\3\4") + 60] ^= 1
    open(os.path.join(folder, "bit.zip"), "wb").write(changed)


if sys.argv[1] == "--ed25519":
    compare_ed25519(sys.argv[2])
elif sys.argv[1] == "--hostile":
    write_hostile(sys.argv[2], sys.argv[3])
else:
    check(sys.argv[1], sys.argv[2])
