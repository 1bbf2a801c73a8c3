#!/usr/bin/env python3
"""Fills a folder with damaged, mislabelled and hostile sound files. manifest.json lists the outcome that is right for
each file: `whole` (good, with exactly `source_frames` frames), `told` (refused, or good with problems),
`refused`, or `any` (any outcome, but without a hang or an implausible length). Deterministic; needs ffmpeg."""
import array
import json
import math
import os
import random
import struct
import subprocess
import sys

DIR = sys.argv[1]
RATE, SECONDS = 44100, 4
FRAMES = RATE * SECONDS
manifest = []


def path_of(name):
    return os.path.join(DIR, name)


def put(name, data, outcome, frames=None, note=""):
    """Writes a file, and lists it in the manifest."""
    with open(path_of(name), "wb") as file:
        file.write(data)
    expect(name, outcome, frames, note)


def expect(name, outcome, frames=None, note=""):
    """Lists a file and its right outcome in the manifest."""
    manifest.append({"file": name, "outcome": outcome, "source_frames": frames, "note": note})


def sound(frames, rate, channels, seed=1):
    """Sweeps with the rhythm of syllables and a little noise, 16 bit."""
    rng, phase, out = random.Random(seed), 0.0, array.array("h")
    for i in range(frames):
        t = i / rate
        phase += 2 * math.pi * (300 + 900 * (0.5 + 0.5 * math.sin(2.3 * t))) / rate
        size = 0.3 + 0.25 * math.sin(2 * math.pi * 4.1 * t)
        for c in range(channels):
            out.append(int(32767 * (size * math.sin(phase + c) + rng.uniform(-0.003, 0.003))))
    return out.tobytes()


def wav(pcm, rate=RATE, channels=2, bits=16, tag=1, data_size=None, riff_size=None, before=b"", after=b""):
    align = channels * bits // 8
    size = len(pcm) if data_size is None else data_size
    fmt = struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + before + b"data" + struct.pack("<I", size) + pcm + after
    return b"RIFF" + struct.pack("<I", len(body) if riff_size is None else riff_size) + body


def encode(source, name, *args, extra_inputs=()):
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", path_of(source), *extra_inputs]
    command += ["-map_metadata", "-1", "-fflags", "+bitexact", *args, path_of(name)]
    subprocess.run(command, check=True)
    with open(path_of(name), "rb") as file:
        data = file.read()
    os.remove(path_of(name))
    return data


def make_base_files():
    pcm = sound(FRAMES, RATE, 2)
    with open(path_of("source.wav"), "wb") as file:
        file.write(wav(pcm))
    make = {
        "cbr.mp3": ["-c:a", "libmp3lame", "-b:a", "128k"],
        "vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "5"],
        "flac": ["-c:a", "flac"],
        "m4a": ["-c:a", "aac", "-b:a", "128k"],
        "front.m4a": ["-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart"],
        "parts.m4a": ["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+delay_moov", "-frag_duration", "500000"],
        "aac": ["-c:a", "aac", "-b:a", "128k", "-f", "adts"],
        "ogg": ["-c:a", "libvorbis", "-q:a", "4"],
        "opus": ["-c:a", "libopus", "-ar", "48000"],
    }
    files = {name: encode("source.wav", "base." + name, *args) for name, args in make.items()}
    files["wav"] = wav(pcm)
    return pcm, files


def frames_of(name):
    return FRAMES * 48000 // RATE if name == "opus" else FRAMES


def extension_of(name):
    return name.rsplit(".", 1)[-1]


def damage_every_codec(files):
    for name, data in files.items():
        frames, end, label = frames_of(name), extension_of(name), name.replace(".", "-")
        for share in (10, 50, 95):
            outcome = "told" if name not in ("aac",) else "any"
            put(f"cut-{share}-{label}.{end}", data[: len(data) * share // 100], outcome, frames, "cut off")
        put(f"cut-header-{label}.{end}", data[:40], "told", frames, "cut off in its header")
        rng = random.Random(len(name))
        for rate in (1000, 10000):
            flipped = bytearray(data)
            for _ in range(max(1, len(data) // rate)):
                flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
            put(f"flip-{rate}-{label}.{end}", bytes(flipped), "any", frames, "bits flipped")
        middle = len(data) // 2
        gap = data[:middle] + data[middle + 20000 :]
        put(f"gap-{label}.{end}", gap, "any" if name in ("aac", "cbr.mp3") else "told", frames, "20 kB are missing")
        hole = data[:middle] + rng.randbytes(20000) + data[middle + 20000 :]
        put(f"hole-{label}.{end}", hole, "any" if name == "wav" else "told", frames, "20 kB of noise inside")
        put(f"front-{label}.{end}", rng.randbytes(100_000) + data, "told", frames, "garbage before the audio data")


def put_wavs_with_wrong_headers(pcm):
    put("size-zero.wav", wav(pcm, data_size=0, riff_size=0), "whole", FRAMES, "never filled in")
    put("size-max.wav", wav(pcm, data_size=0xFFFFFFFF, riff_size=0xFFFFFFFF), "whole", FRAMES, "streamed")
    put("size-double.wav", wav(pcm, data_size=2 * len(pcm)), "told", FRAMES, "promises twice as much")
    put("size-half.wav", wav(pcm, data_size=len(pcm) // 2), "told", FRAMES, "promises half")
    put("riff-size.wav", wav(pcm, riff_size=77), "whole", FRAMES, "a wrong outer size")
    put("junk.wav", wav(pcm, before=(b"JUNK" + struct.pack("<I", 3) + b"abc\0") * 900), "whole", FRAMES, "900 chunks")
    put("list-huge.wav", wav(pcm, before=b"LIST" + struct.pack("<I", 0x7FFFFFFF) + b"INFO"), "told", FRAMES, "a huge list")
    put("after.wav", wav(pcm, after=b"LIST" + struct.pack("<I", 4) + b"INFO"), "whole", FRAMES, "a list after the audio data")
    put("trailing.wav", wav(pcm, after=random.Random(3).randbytes(50_000)), "any", FRAMES, "garbage after the audio data")
    put("odd.wav", wav(pcm[:-1]), "any", FRAMES - 1, "half a frame at its end")
    for name, change in {"rate-0": {"rate": 0}, "channels-0": {"channels": 0}, "bits-0": {"bits": 0}, "channels-99": {"channels": 99}}.items():
        put(f"{name}.wav", wav(pcm, **change), "refused", None, "impossible format")
    put("format-999.wav", wav(pcm, tag=999), "refused", None, "unknown codec")
    floats = array.array("f", [float(s) / 32768 for s in array.array("h", pcm)])
    for n, invalid in enumerate((math.nan, math.inf, -math.inf, 1e30)):
        floats[5000 + n] = invalid
    put("nan.wav", wav(floats.tobytes(), bits=32, tag=3), "told", FRAMES, "samples that are not numbers")
    put("loud.wav", wav(array.array("f", [4 * s for s in array.array("h", pcm[:200000])]).tobytes(), bits=32, tag=3), "told", 50000, "32768 times too loud")
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, 0, len(pcm), 0, 0)
    body = wav(pcm, data_size=0xFFFFFFFF, riff_size=0xFFFFFFFF)
    put("rf64.wav", b"RF64" + body[4:12] + ds64 + body[12:], "whole", FRAMES, "RF64")


def put_others_with_wrong_headers(files):
    flac = bytearray(files["flac"])
    count_offset = 8 + 14  # the low 32 bits of the number of samples, 14 bytes into STREAMINFO
    for name, frames, outcome in (("zero", 0, "whole"), ("double", 2 * FRAMES, "told"), ("half", FRAMES // 2, "told")):
        changed = bytearray(flac)
        changed[count_offset : count_offset + 4] = struct.pack(">I", frames)
        put(f"total-{name}.flac", bytes(changed), outcome, FRAMES, "a wrong length in STREAMINFO")
    for name in ("cbr.mp3", "vbr.mp3"):
        data = files[name]
        tag = max(data.find(b"Xing"), data.find(b"Info"))
        (frames,) = struct.unpack(">I", data[tag + 8 : tag + 12])
        for kind, count in (("double", 2 * frames), ("half", frames // 2), ("zero", 0)):
            changed = data[: tag + 8] + struct.pack(">I", count) + data[tag + 12 :]
            put(f"xing-{kind}-{name}", changed, "told", FRAMES, "a wrong frame count in the index")
    data = files["m4a"]
    mdhd = data.find(b"mdhd")
    put("mdhd.m4a", data[: mdhd + 20] + struct.pack(">I", 99 * FRAMES) + data[mdhd + 24 :], "any", FRAMES, "a wrong length in mdhd")
    stsz = data.find(b"stsz")
    put("stsz.m4a", data[: stsz + 12] + b"\xff\xff\xff\xf0" + data[stsz + 16 :], "told", FRAMES, "4 billion samples")
    put("stsz-moof.m4a", data.replace(b"stco", b"free"), "told", FRAMES, "no chunk offsets")
    put("moov-gone.m4a", data[: data.find(b"moov") - 4], "refused", None, "no index")
    parts = files["parts.m4a"]
    last = parts.rfind(b"moof")
    put("parts-cut.m4a", parts[: last + 60], "told", FRAMES, "cut off in a fragment's header")


def put_tagged_files(files):
    def id3(size, body):
        return b"ID3\x04\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + body

    data = files["cbr.mp3"]
    put("tag-30mb.mp3", id3(30_000_000, bytes(30_000_000)) + data, "whole", FRAMES, "30 MB of tags")
    put("tag-sync.mp3", id3(300_000, b"\xff\xfb\x90\x64" * 75_000) + data, "whole", FRAMES, "a tag that looks like frames")
    put("tag-liar.mp3", id3(0xFFFFFFF, b"") + data, "told", FRAMES, "a tag longer than the file")
    put("id3v1.mp3", data + b"TAG" + bytes(125), "whole", FRAMES, "ID3v1")
    head = b"APETAGEX" + struct.pack("<III", 2000, 32 + 300, 1)
    tag = head + struct.pack("<I", 0xA0000000) + bytes(8) + bytes(300) + head + struct.pack("<I", 0x80000000) + bytes(8)
    put("ape.mp3", data + tag, "whole", FRAMES, "an APE tag with header and footer")
    put("stray.mp3", data + b"x" * 32, "any", FRAMES, "32 stray bytes")
    put("zeros-behind.mp3", data + bytes(5000), "any", FRAMES, "zeros after the audio data")
    put("page-before.mp3", b"<!DOCTYPE html><html>" + b" " * 3000 + data, "told", FRAMES, "a web page before the audio data")
    put("zeros-before.mp3", bytes(30_000) + data, "told", FRAMES, "zeros before the audio data")


def put_misnamed_and_non_audio_files(files):
    rng = random.Random(9)
    put("mp3-named.wav", files["cbr.mp3"], "whole", FRAMES, "wrong extension")
    put("wav-named.mp3", files["wav"], "whole", FRAMES, "wrong extension")
    put("flac-named.m4a", files["flac"], "whole", FRAMES, "wrong extension")
    put("text.mp3", b"Xin chao\n" * 5000, "refused", None, "text")
    put("page.mp3", b"<html><body>404</body></html>" * 100, "refused", None, "a web page")
    put("jpeg.mp3", b"\xff\xd8\xff\xe0" + rng.randbytes(100_000), "refused", None, "a picture")
    put("png.mp3", b"\x89PNG\r\n\x1a\n" + rng.randbytes(100_000), "refused", None, "a picture")
    put("zip.mp3", b"PK\x03\x04" + rng.randbytes(100_000), "refused", None, "an archive")
    put("pdf.mp3", b"%PDF-1.4\n" + rng.randbytes(100_000), "refused", None, "a document")
    put("empty.mp3", b"", "refused", None, "zero bytes")
    put("one.mp3", b"\xff", "refused", None, "one byte")
    put("ff.mp3", b"\xff" * 1_000_000, "refused", None, "all ones")
    put("zeros.mp3", bytes(1_000_000), "refused", None, "all zeros")
    put("noise.mp3", rng.randbytes(1_000_000), "told", None, "noise")
    os.mkdir(path_of("directory.mp3"))
    expect("directory.mp3", "refused", None, "a folder")
    os.mkfifo(path_of("fifo.mp3"))
    expect("fifo.mp3", "refused", None, "a FIFO")
    os.symlink("nowhere.mp3", path_of("dangling.mp3"))
    expect("dangling.mp3", "refused", None, "a link to nothing")
    os.symlink("loop.mp3", path_of("loop.mp3"))
    expect("loop.mp3", "refused", None, "a link to itself")
    put("huge.wav", wav(b"", data_size=0xFFFFFFFF), "refused", None, "3 GiB of nothing")
    os.truncate(path_of("huge.wav"), 3 << 30)


def crc(data):
    """The checksum of an Ogg page."""
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if value & 0x80000000 else value << 1
    return value


def page(packets, position, number, flags):
    laces = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    head = b"OggS" + struct.pack("<BBqIIIB", 0, flags, position, 7, number, 0, len(laces)) + laces
    data = head + b"".join(packets)
    return data[:22] + struct.pack("<I", crc(data)) + data[26:]


def put_greedy_files(files):
    """Small files whose decoders need much memory or time."""
    for books in (8, 64):
        value, bit_count = 0, 0

        def put_bits(number, bits):
            nonlocal value, bit_count
            value |= number << bit_count
            bit_count += bits

        put_bits(books - 1, 8)
        for _ in range(books):
            for number, bits in ((0x564342, 24), (31, 16), (131072, 24), (1, 1), (16, 5), (131072, 18), (1, 4)):
                put_bits(number, bits)
            put_bits(0, 32 + 32 + 4 + 1 + 1)
        setup = b"\x05vorbis" + value.to_bytes((bit_count + 7) // 8, "little") + bytes(200)
        ident = b"\x01vorbis" + struct.pack("<IBIIIIBB", 0, 1, 44100, 0, 64000, 0, 0xB8, 1)
        comment = b"\x03vorbis" + struct.pack("<I", 1) + b"x" + struct.pack("<I", 0) + b"\x01"
        data = page([ident], 0, 0, 2) + page([comment, setup], 0, 1, 0) + page([bytes(4)] * 50, 50 * 128, 2, 4)
        put(f"codebooks-{books}.ogg", data, "refused", None, "asks for gigabytes")
    data = files["m4a"]
    stts = data.find(b"stts")
    entries = 40_000
    table = struct.pack(">I", 16 + 8 * entries) + b"stts" + struct.pack(">II", 0, entries) + struct.pack(">II", 1, 1024) * entries
    old = struct.unpack(">I", data[stts - 4 : stts])[0]
    grown = data[: stts - 4] + table + data[stts - 4 + old :]
    put("times.m4a", grown, "any", FRAMES, "a table of times of 40,000 entries")
    put("one-frame.wav", wav(sound(1, RATE, 2)), "any", 1, "one frame")


def put_files_with_changing_streams(pcm, files):
    with open(path_of("low.wav"), "wb") as file:
        file.write(wav(sound(22050 * 3, 22050, 1, 2), rate=22050, channels=1))
    low = encode("low.wav", "low.mp3", "-c:a", "libmp3lame", "-b:a", "64k")
    put("rate-change.mp3", files["cbr.mp3"] + low, "told", FRAMES, "the rate changes")
    low = encode("low.wav", "low.aac", "-c:a", "aac", "-f", "adts")
    put("rate-change.aac", files["aac"] + low, "told", FRAMES, "the rate changes")
    low = encode("low.wav", "low.ogg", "-c:a", "libvorbis")
    put("rate-change.ogg", files["ogg"] + low, "told", FRAMES, "another stream follows")
    put("twice.mp3", files["cbr.mp3"] * 2, "told", FRAMES, "two files glued together")
    put("twice.wav", files["wav"] * 2, "told", FRAMES, "two files glued together")


def put_unsupported_formats():
    kinds = {
        "a.wma": ["-c:a", "wmav2"],
        "a.mka": ["-c:a", "libvorbis"],
        "a.webm": ["-c:a", "libvorbis"],
        "a.ac3": ["-c:a", "ac3"],
        "a.aiff": [],
        "a.wv": ["-c:a", "wavpack"],
        "alac.m4a": ["-c:a", "alac"],
        "six.m4a": ["-c:a", "aac", "-ac", "6"],
        "video.mp4": ["-c:v", "mpeg4", "-c:a", "aac", "-shortest"],
        "a.avi": ["-c:v", "mpeg4", "-c:a", "mp2", "-shortest"],
        "a.mp2": ["-c:a", "mp2"],
    }
    for name, args in kinds.items():
        pictures = ("-f", "lavfi", "-i", "testsrc=d=2:s=64x64") if "-c:v" in args else ()
        put(name, encode("source.wav", name, *args, extra_inputs=pictures), "refused", None, "a format that is not played")
    aac = encode("source.wav", "he.m4a", "-c:a", "aac", "-ar", "44100")
    # Changes the object type from 2 (LC) to 5 (SBR) in the decoder's configuration, which follows descriptor tag 5.
    esds = aac.find(b"esds")
    tag = aac.find(b"\x05\x80\x80\x80", esds)
    he = bytearray(aac)
    he[tag + 5] = 5 << 3 | he[tag + 5] & 7
    put("he.m4a", bytes(he), "refused", None, "HE-AAC")
    put("drm.m4a", aac.replace(b"mp4a", b"drms"), "refused", None, "copy-protected")


def main():
    pcm, files = make_base_files()
    damage_every_codec(files)
    put_wavs_with_wrong_headers(pcm)
    put_others_with_wrong_headers(files)
    put_tagged_files(files)
    put_misnamed_and_non_audio_files(files)
    put_greedy_files(files)
    put_files_with_changing_streams(pcm, files)
    put_unsupported_formats()
    for name in ("source.wav", "low.wav"):
        os.remove(path_of(name))
    with open(path_of("manifest.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1)


main()
