#!/bin/sh
# Makes the sample audio again: texts/*.txt -> *.mp3 (spoken) and nhac-hieu.ogg (the signal tune).
# Usage: audio/make-samples.sh [FOLDER]      FOLDER: where the files go; default: the script's own folder.
# The same versions of the three programs give the same bytes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}

for tool in espeak-ng sox ffmpeg; do
    command -v "$tool" >/dev/null || {
        echo "make-samples.sh: '$tool' is needed (Debian: apt install espeak-ng sox ffmpeg)" >&2
        exit 1
    }
done
[ -d "$out" ] || { echo "make-samples.sh: no such folder: $out" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

rate=24000

# encode IN OUT CODEC-OPTIONS...: no tags, dates or random stream numbers, so the bytes repeat.
encode() {
    from=$1 to=$2
    shift 2
    ffmpeg -nostdin -v error -y -i "$from" -map_metadata -1 "$@" \
        -flags:a +bitexact -fflags +bitexact "$to"
}

# speak ID: one text, a little slow as on a loudspeaker, silence at both ends, peak at -3 dBFS.
speak() {
    # The synthesiser reads an emergency number as a sum of hundreds, so it gets it as people say it.
    sed -e 's/số 114/số một một bốn/g' "$here/texts/$1.txt" >"$work/$1.txt"
    espeak-ng -v vi -s 140 -b 1 -f "$work/$1.txt" -w "$work/$1.spoken.wav"
    sox -R -D "$work/$1.spoken.wav" "$work/$1.wav" \
        gain -6 highpass 120 rate -v "$rate" pad 0.2 0.3 gain -n -3
    encode "$work/$1.wav" "$out/$1.mp3" -c:a libmp3lame -b:a 24k -ar "$rate" -ac 1 -id3v2_version 0
}

# gong NAME HERTZ SECONDS: a struck gong: partials that do not fit one scale, the high ones gone first.
gong() {
    hz=$2 s=$3
    i=0
    for partial in "1 1.00 1" "2.01 0.45 0.7" "2.74 0.25 0.45" "4.1 0.12 0.25"; do
        # shellcheck disable=SC2086 # three words on purpose: ratio, level, share of the length
        set -- "$1" $partial
        f=$(awk "BEGIN { print $hz * $2 }")
        len=$(awk "BEGIN { print $s * $4 }")
        sox -R -D -n -r "$rate" -c 1 "$work/$1.$i.wav" \
            synth "$len" sine "$f" vol "$3" fade l 0.004 "$len" "$len" pad 0 "$(awk "BEGIN { print $s - $len }")" vol 0.4
        i=$((i + 1))
    done
    sox -R -D -m -v 1 "$work/$1.0.wav" -v 1 "$work/$1.1.wav" -v 1 "$work/$1.2.wav" -v 1 "$work/$1.3.wav" \
        "$work/$1.wav"
}

# tune: six strokes on five notes (A C D E G), made up for this sample; the last one rings out.
tune() {
    gong a 220.00 2.6
    gong c 261.63 1.8
    gong d 293.66 1.8
    gong e 329.63 1.8
    gong g 392.00 1.8
    n=0
    for stroke in "e 0" "a 0.45" "g 0.9" "d 1.65" "c 2.1" "a 2.7"; do
        # shellcheck disable=SC2086 # two words on purpose: note, second
        set -- $stroke
        sox -R -D "$work/$1.wav" "$work/stroke$n.wav" pad "$2" 0
        n=$((n + 1))
    done
    sox -R -D -m "$work"/stroke?.wav "$work/tune.wav" fade t 0 5.2 0.3 gain -n -3
    encode "$work/tune.wav" "$out/nhac-hieu.ogg" -c:a libvorbis -q:a 0 -ar "$rate" -ac 1
}

for text in "$here"/texts/*.txt; do
    speak "$(basename "$text" .txt)"
done
tune
echo "make-samples.sh: $(ls "$out"/*.mp3 "$out"/*.ogg | wc -l) files in $out"
