"""What the measurement ran on and with."""
import os
import platform
import re
import time


def hardware():
    with open("/proc/cpuinfo") as info:
        text = info.read()
    model = re.search(r"^(?:model name|Model)\s*:\s*(.+)$", text, re.M)
    virtual = ", a virtual machine" if re.search(r"^flags\s*:.*\bhypervisor\b", text, re.M) else ""
    cores = len(os.sched_getaffinity(0))
    return f"{model[1] if model else platform.machine()}, {cores} cores{virtual}"


def system():
    return f"{platform.freedesktop_os_release().get('PRETTY_NAME', 'Linux')}, kernel {platform.release()}"


def version(text):
    found = re.search(r"\d+(\.\d+)+", text)
    return found[0] if found else "(version unknown)"


def versions(stand, players):
    known = [f"{player.name} {version(player.version(stand))}" for player in players if player.program]
    return ", ".join([*known, f"PulseAudio {version(stand.ask(['pulseaudio', '--version']))}"])


def now():
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
