"""Describes the machine and the programs of a measurement."""
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
    match = re.search(r"\d+(\.\d+)+", text)
    return match[0] if match else "(version unknown)"


def versions(stand, players):
    player_versions = [f"{player.name} {version(player.version(stand))}" for player in players if player.program]
    return ", ".join([*player_versions, f"PulseAudio {version(stand.output_of(['pulseaudio', '--version']))}"])


def now():
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
