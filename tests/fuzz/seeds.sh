#!/bin/sh
# Makes the fuzzer's seed files: `seeds.sh DIR`. There is one of each kind that the scanner treats differently. All but
# one last a fifth of a second. Files whose names begin with "no-" are of kinds that loa refuses. Needs ffmpeg.
set -eu

dir=${1:?"seeds.sh: the folder to fill"}
mkdir -p "$dir"

# Makes a tone: `$1` is the file's name, `$2` the sample rate; the other arguments are for ffmpeg.
make() {
    name=$1 rate=$2
    shift 2
    ffmpeg -v error -nostdin -y -f lavfi -i "sine=f=440:r=$rate:d=0.2" "$@" \
        -map_metadata -1 -fflags +bitexact -flags:a +bitexact "$dir/$name"
}

# Print a number in four or in eight bytes, little-endian.
four() {
    printf '%b' "$(printf '\\0%03o' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))"
}
eight() { four "$1"; four 0; }

# Makes an RF64 file, the form in which broadcasters' programs write long wave files: a separate chunk holds the
# lengths.
rf64() {
    make rf64.raw 22050 -f s16le -c:a pcm_s16le
    size=$(wc -c <"$dir/rf64.raw")
    {
        printf 'RF64\377\377\377\377WAVEds64'
        four 28; eight $((size + 72)); eight "$size"; eight $((size / 2)); four 0
        printf 'fmt '
        four 16; printf '\001\000\001\000'; four 22050; four 44100; printf '\002\000\020\000'
        printf 'data\377\377\377\377'
        cat "$dir/rf64.raw"
    } >"$dir/rf64.wav"
    rm "$dir/rf64.raw"
}

# Makes an MP3 with an ID3v2 tag before the audio data, and APEv2 and ID3v1 tags after it.
tagged() {
    make tagged.mp3 22050 -c:a libmp3lame -b:a 32k -id3v2_version 3 -metadata title=Title
    {
        printf 'APETAGEX'; four 2000; four 49; four 1; four 2684354560; eight 0
        four 3; four 0; printf 'Title\000'; printf 'abc'
        printf 'APETAGEX'; four 2000; four 49; four 1; four 2147483648; eight 0
        printf 'TAG'; head -c 125 /dev/zero
    } >>"$dir/tagged.mp3"
}

for kind in u8 s16le s24le s32le f32le f64le alaw mulaw; do
    make "$kind.wav" 22050 -c:a "pcm_$kind"
done
make extensible.wav 8000 -af "pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0" -c:a pcm_s24le
rf64

make cbr.mp3 22050 -c:a libmp3lame -b:a 32k
make vbr.mp3 44100 -c:a libmp3lame -q:a 7
make joint.mp3 44100 -ac 2 -c:a libmp3lame -b:a 64k
make unindexed.mp3 22050 -c:a libmp3lame -q:a 7 -write_xing 0
make mpeg25.mp3 8000 -c:a libmp3lame -b:a 8k
tagged

make mono.flac 22050 -c:a flac
# This one is long enough to have a loudness and a loudness range.
make long.flac 8000 -af "aloop=20:1600" -c:a flac
make stereo.flac 48000 -af "aeval=val(0)|-val(0)/2" -ac 2 -c:a flac -sample_fmt s32
make flac.ogg 22050 -c:a flac -f ogg
make vorbis.ogg 44100 -ac 2 -c:a libvorbis -q:a 0
make mono.opus 48000 -c:a libopus -b:a 16k
make stereo.opus 48000 -ac 2 -c:a libopus -b:a 48k -application lowdelay
make plain.m4a 22050 -c:a aac -b:a 32k
make front.m4a 22050 -ac 2 -c:a aac -b:a 32k -movflags +faststart
make parts.m4a 22050 -c:a aac -b:a 32k -movflags frag_keyframe+empty_moov+delay_moov
make bare.aac 22050 -c:a aac -b:a 32k -f adts

make no-aiff.aiff 22050 -c:a pcm_s16be
make no-wma.wma 22050 -c:a wmav2 -b:a 32k
make no-mkv.mkv 22050 -c:a libvorbis
make no-ac3.ac3 48000 -c:a ac3 -b:a 64k
make no-alac.m4a 22050 -c:a alac
make no-layer2.mp2 22050 -c:a mp2 -b:a 32k
make no-adpcm.wav 22050 -c:a adpcm_ms
make no-ima.wav 22050 -c:a adpcm_ima_wav
make no-video.mp4 22050 -f lavfi -i "color=c=blue:s=32x32:r=10:d=0.2" -map 0:a -map 1:v -c:a aac -b:a 32k -c:v mpeg4
