#!/bin/sh
# Installs the packages for one purpose, if they are missing: building loa (build), its tests (test), the comparison
# with other players (bench), or the long tests (campaign).
# It installs through apt, with sudo if it does not run as root. On other systems it prints the command to type, and
# stops.
set -eu

# Succeeds if one of these has the Python module: the first Python in the path, the system's, or the virtual environment
# made below.
has_module() {
    for python in python3 /usr/bin/python3 target/python/bin/python3; do
        "$python" -c "import $1" 2>/dev/null && return 0
    done
    return 1
}

# Installs the modules that only pip has: an S3 server, readers of spreadsheets and of text documents, an ephemeris, a
# mail server, a driver of browsers, and a checker of accessibility.
install_modules() {
    if has_module moto.server && has_module openpyxl && has_module docx && has_module ephem && has_module aiosmtpd \
        && has_module playwright && has_module axe_core_python
    then return; fi
    echo "Installing: moto[s3,server] openpyxl python-docx ephem aiosmtpd playwright axe-core-python, in target/python"
    mkdir -p target
    python3 -m venv target/python
    target/python/bin/pip install -q "moto[s3,server]>=5.1" openpyxl python-docx ephem aiosmtpd playwright axe-core-python
}

# Succeeds if something for the purpose is missing.
is_missing() {
    case "$1" in
        build)
            command -v cc >/dev/null || return 0
            command -v cmake >/dev/null || return 0
            command -v pkg-config >/dev/null || return 0
            pkg-config --exists alsa || return 0
            ;;
        test)
            for program in pulseaudio parec pactl ffmpeg pdftotext chromium; do
                command -v "$program" >/dev/null || return 0
            done
            # The plugin through which ALSA plays into PulseAudio.
            find /usr/lib* -name libasound_module_pcm_pulse.so 2>/dev/null | grep -q . || return 0
            # A Python program that shares no code with loa verifies and writes logs.
            has_module cryptography || return 0
            ;;
        bench)
            for program in pulseaudio parec pactl ffmpeg mpv mpd mpg123 liquidsoap setpriv; do
                command -v "$program" >/dev/null || return 0
            done
            find /usr/lib* -name libasound_module_pcm_pulse.so 2>/dev/null | grep -q . || return 0
            pkg-config --exists libpulse || return 0
            # The benchmark runs in this Python.
            "${PYTHON:-/usr/bin/python3}" -c "import numpy" 2>/dev/null || return 0
            ;;
        campaign)
            command -v go >/dev/null || return 0
            # LibreOffice, which opens reports in DOCX.
            command -v soffice >/dev/null || return 0
            test -d /usr/share/gocode/src/golang.org/x/mod/sumdb || return 0
            ;;
    esac
    return 1
}

purpose=${1:-build}
case "$purpose" in
    build)
        apt="cmake gcc libc6-dev libasound2-dev make pkg-config"
        dnf="cmake gcc alsa-lib-devel make pkgconf-pkg-config"
        pacman="cmake gcc alsa-lib make pkgconf"
        zypper="cmake gcc alsa-devel make pkg-config"
        ;;
    test)
        apt="chromium pulseaudio pulseaudio-utils libasound2-plugins ffmpeg poppler-utils python3 python3-cryptography python3-venv"
        dnf="chromium pulseaudio pulseaudio-utils alsa-plugins-pulseaudio ffmpeg-free poppler-utils python3-cryptography"
        pacman="chromium pulseaudio pulseaudio-alsa ffmpeg poppler python-cryptography"
        zypper="chromium pulseaudio pulseaudio-utils alsa-plugins-pulse ffmpeg poppler-tools python3-cryptography"
        ;;
    bench)
        apt="pulseaudio pulseaudio-utils libasound2-plugins libpulse-dev ffmpeg mpv mpd mpg123 liquidsoap python3 python3-numpy util-linux"
        dnf="pulseaudio pulseaudio-utils alsa-plugins-pulseaudio pulseaudio-libs-devel ffmpeg-free mpv mpd mpg123 liquidsoap python3-numpy util-linux"
        pacman="pulseaudio pulseaudio-alsa libpulse ffmpeg mpv mpd mpg123 liquidsoap python-numpy util-linux"
        zypper="pulseaudio pulseaudio-utils alsa-plugins-pulse libpulse-devel ffmpeg mpv mpd mpg123 liquidsoap python3-numpy util-linux"
        ;;
    campaign)
        apt="golang-go golang-golang-x-mod-dev libreoffice-writer fonts-liberation2"
        dnf="golang golang-x-mod-devel libreoffice-writer liberation-serif-fonts"
        pacman="go libreoffice-fresh ttf-liberation"
        zypper="go libreoffice-writer liberation-fonts"
        ;;
    *) echo "needs.sh: build, test, bench or campaign" >&2; exit 2 ;;
esac

if ! is_missing "$purpose"; then
    if [ "$purpose" = test ]; then install_modules; fi
    exit 0
fi

as_root=
if [ "$(id -u)" != 0 ]; then as_root=sudo; fi

if command -v apt-get >/dev/null; then
    echo "Installing: $apt"
    $as_root apt-get -qq update
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $apt >/dev/null
elif command -v dnf >/dev/null; then
    echo "Please install first:  sudo dnf install $dnf" >&2; exit 1
elif command -v pacman >/dev/null; then
    echo "Please install first:  sudo pacman -S $pacman" >&2; exit 1
elif command -v zypper >/dev/null; then
    echo "Please install first:  sudo zypper install $zypper" >&2; exit 1
else
    echo "Please install ALSA's headers, pkg-config, cmake and a C compiler first." >&2; exit 1
fi
if [ "$purpose" = test ]; then install_modules; fi
