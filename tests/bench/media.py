"""Makes the sound files of the measurement."""
import subprocess
import wave

from stand import RATE, say

HALF_WAVE, LEVEL = 54, 16383  # frames and level of half a period: a square wave of 444 Hz at half scale


def make(stand):
    """Makes `tone.mp3` and `second.mp3` at the sink's rate, so that no start is resampled, and `long.mp3`, half an hour."""
    say("bench: making the sound files")
    folder = stand.folder / "media"
    for name, seconds in ("tone", 10), ("second", 1):
        write_tone(folder / f"{name}.wav", seconds)
        encode(["-i", folder / f"{name}.wav"], folder / f"{name}.mp3")
    # Two voices that rise and fall over noise, without a silence.
    sound = ("aevalsrc='0.2*sin(2*PI*220*t)*(1+sin(2*PI*0.7*t))+0.15*sin(2*PI*554*t)*(1+sin(2*PI*1.3*t))"
             "+0.05*(random(0)-0.5)|0.2*sin(2*PI*220*t)*(1+sin(2*PI*0.7*t))+0.05*(random(1)-0.5)':s=44100:d=20")
    run_ffmpeg(["-f", "lavfi", "-i", sound, folder / "part.wav"])
    encode(["-stream_loop", "89", "-i", folder / "part.wav", "-compression_level", "9"], folder / "long.mp3")
    for name in "tone.wav", "second.wav", "part.wav":
        (folder / name).unlink()


def write_tone(path, seconds):
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        high, low = (level.to_bytes(2, "little", signed=True) * 2 * HALF_WAVE for level in (LEVEL, -LEVEL))
        file.writeframes((high + low) * (seconds * RATE // (2 * HALF_WAVE)))


def encode(source, path):
    run_ffmpeg([*source, "-c:a", "libmp3lame", "-b:a", "128k", path])


def run_ffmpeg(arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)

