// The clock of a PulseAudio sink, in two programs that place a frame in time in the same way.
//
//   sinkclock listen SINK FRAMES ARRIVALS CLICKS
//       Records what the sink plays (front left and aux0, s16le) to FRAMES until it is ended. For each fragment ARRIVALS
//       gets two 64-bit integers: its first frame, and the microsecond of the wall clock at which it came. All the while a
//       click of 8 frames sounds on aux0 four times a second, in a stream that never stops. Some twenty times a second
//       CLICKS gets a line: at which microsecond the nearest click is heard, as the server sees it.
//
//   sinkclock reference SINK BUFFER_MS
//       The start that a client of this sink can reach: a stream that is open all the time and plays silence, and a tone
//       on the frame that is heard at the microsecond read from standard input, one order a line. 0 ends the tone.
#include <fcntl.h>
#include <pulse/pulseaudio.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define RATE 48000
#define PIECE 4096          // frames made at a time
#define CLICK_EVERY 12000   // frames
#define CLICK_FRAMES 8
#define CLICK_LEVEL 16000
#define CLICK_BUFFER_MS 200
#define HALF_WAVE 54        // frames: a tone of 444 Hz
#define TONE_LEVEL 16383    // half scale
#define ASK_EVERY_US 47000
#define SLOW_ANSWER_US 1000 // an answer that took longer does not say well enough when it was true
#define FRAGMENT_US 5000
#define ORIGINS 9           // answers that the reference takes the median of

static const char *sink;

static void die(const char *why) {
    fprintf(stderr, "sinkclock: %s\n", why);
    exit(1);
}

static int64_t wall_us(void) {
    struct timeval now;
    gettimeofday(&now, NULL);
    return now.tv_sec * 1000000LL + now.tv_usec;
}

// The stream that plays, in either program.

static pa_stream *playing;
static int channels;
static int64_t written; // frames
static int16_t (*sample_at)(int64_t frame);

static void play_on(pa_stream *stream, size_t bytes, void *user) {
    (void)user;
    static int16_t piece[PIECE * 2];
    for (int64_t left = (int64_t)bytes / (2 * channels); left > 0;) {
        int64_t frames = left < PIECE ? left : PIECE;
        for (int64_t i = 0; i < frames; i++) {
            int16_t sample = sample_at(written + i);
            for (int c = 0; c < channels; c++) piece[i * channels + c] = sample;
        }
        pa_stream_write(stream, piece, (size_t)(frames * 2 * channels), NULL, 0, PA_SEEK_RELATIVE);
        written += frames;
        left -= frames;
    }
}

static void ran_dry(pa_stream *stream, void *user) {
    (void)stream, (void)user;
    fprintf(stderr, "a stream of the benchmark's own ran dry at its frame %lld\n", (long long)written);
}

static void open_playing(pa_context *context, const char *name, const char *map_text, int buffer_ms) {
    pa_channel_map map;
    pa_channel_map_parse(&map, map_text);
    channels = map.channels;
    pa_sample_spec spec = {PA_SAMPLE_S16LE, RATE, map.channels};
    pa_buffer_attr attr;
    memset(&attr, 0xff, sizeof attr); // as the server likes
    attr.tlength = (uint32_t)(RATE / 1000 * buffer_ms * 2 * channels);
    playing = pa_stream_new(context, name, &spec, &map);
    pa_stream_set_write_callback(playing, play_on, NULL);
    pa_stream_set_underflow_callback(playing, ran_dry, NULL);
    if (pa_stream_connect_playback(playing, sink, &attr, PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE, NULL, NULL) < 0)
        die("the sink takes no stream");
}

// When frame 0 of that stream was heard, or would have been, by what the server tells now: at `timestamp` it had handed
// out `read_index` bytes, and what it hands out next is heard `sink_usec` later. False when that is not certain.
static bool origin_us(double *origin) {
    const pa_timing_info *told = pa_stream_get_timing_info(playing);
    if (!told || !told->playing || told->read_index_corrupt || !told->synchronized_clocks) return false;
    if (told->transport_usec > SLOW_ANSWER_US) return false;
    double at = (double)told->timestamp.tv_sec * 1e6 + (double)told->timestamp.tv_usec;
    double handed_out = (double)told->read_index / (2.0 * channels);
    *origin = at + (double)told->sink_usec - handed_out * 1e6 / RATE;
    return true;
}

static void (*note_origin)(double origin);

static void on_timing(pa_stream *stream, int done, void *user) {
    (void)stream, (void)user;
    double origin;
    if (done && origin_us(&origin)) note_origin(origin);
}

static void ask(pa_mainloop_api *api, pa_time_event *event, const struct timeval *now, void *user) {
    (void)now, (void)user;
    if (playing && pa_stream_get_state(playing) == PA_STREAM_READY) {
        pa_operation *asked = pa_stream_update_timing_info(playing, on_timing, NULL);
        if (asked) pa_operation_unref(asked);
    }
    struct timeval next;
    gettimeofday(&next, NULL);
    api->time_restart(event, pa_timeval_add(&next, ASK_EVERY_US));
}

// Listening.

static int frames_file, arrivals_file, clicks_file;
static int64_t recorded;

static void keep(int file, const void *bytes, size_t length) {
    if (write(file, bytes, length) != (ssize_t)length) die("the recording cannot be written");
}

static void record(pa_stream *stream, size_t ready, void *user) {
    (void)ready, (void)user;
    static const char silence[PIECE];
    int64_t now = wall_us();
    const void *data;
    size_t length;
    while (pa_stream_peek(stream, &data, &length) == 0 && length > 0) {
        int64_t arrival[2] = {recorded, now};
        if (data) {
            keep(frames_file, data, length);
        } else { // the frames behind a hole must keep their numbers
            fprintf(stderr, "the recording has a hole at its frame %lld\n", (long long)recorded);
            for (size_t left = length, some; left > 0; left -= some)
                keep(frames_file, silence, some = left < PIECE ? left : PIECE);
        }
        keep(arrivals_file, arrival, sizeof arrival);
        recorded += (int64_t)(length / 4);
        pa_stream_drop(stream);
    }
}

static int16_t click_at(int64_t frame) {
    return frame % CLICK_EVERY < CLICK_FRAMES ? CLICK_LEVEL : 0;
}

static void note_click(double origin) {
    int64_t heard = (int64_t)(((double)wall_us() - origin) * RATE / 1e6);
    int64_t nearest = (heard + CLICK_EVERY / 2) / CLICK_EVERY * CLICK_EVERY;
    char line[64];
    int length = snprintf(line, sizeof line, "%.1f\n", origin + (double)nearest * 1e6 / RATE);
    keep(clicks_file, line, (size_t)length);
}

static void listen_to_sink(pa_context *context) {
    pa_sample_spec spec = {PA_SAMPLE_S16LE, RATE, 2};
    pa_channel_map map;
    pa_channel_map_parse(&map, "front-left,aux0");
    pa_buffer_attr attr;
    memset(&attr, 0xff, sizeof attr);
    attr.fragsize = RATE / 1000 * FRAGMENT_US / 1000 * 4;
    char monitor[256];
    snprintf(monitor, sizeof monitor, "%s.monitor", sink);
    pa_stream *recording = pa_stream_new(context, "recording", &spec, &map);
    pa_stream_set_read_callback(recording, record, NULL);
    if (pa_stream_connect_record(recording, monitor, &attr, PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE) < 0)
        die("the sink cannot be recorded");
    open_playing(context, "clicks", "aux0", CLICK_BUFFER_MS);
}

static int made(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) die("a file of the recording cannot be made");
    return file;
}

// The reference.

static int buffer_ms;
static double origins[ORIGINS], origin;
static int64_t origins_seen, start_us, tone_from;

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void note_median(double latest) {
    origins[origins_seen++ % ORIGINS] = latest;
    if (origins_seen < ORIGINS) return;
    double sorted[ORIGINS];
    memcpy(sorted, origins, sizeof sorted);
    qsort(sorted, ORIGINS, sizeof *sorted, ascending);
    origin = sorted[ORIGINS / 2];
}

static int16_t tone_at(int64_t frame) {
    bool due = start_us && origin > 0 && origin + (double)frame * 1e6 / RATE >= (double)start_us;
    if (due && !tone_from) tone_from = frame;
    if (!tone_from) return 0;
    return (frame - tone_from) / HALF_WAVE % 2 ? -TONE_LEVEL : TONE_LEVEL;
}

static void take_order(pa_mainloop_api *api, pa_io_event *event, int file, pa_io_event_flags_t flags, void *user) {
    (void)event, (void)flags, (void)user;
    char text[64];
    ssize_t length = read(file, text, sizeof text - 1); // an order is a short line, which comes whole
    if (length <= 0) {
        api->quit(api, 0);
        return;
    }
    text[length] = 0;
    start_us = atoll(text);
    tone_from = 0;
}

static void be_reference(pa_context *context) {
    open_playing(context, "reference", "front-left,front-right", buffer_ms);
}

// Both.

static void (*open_streams)(pa_context *context);

static void on_context(pa_context *context, void *user) {
    (void)user;
    pa_context_state_t state = pa_context_get_state(context);
    if (state == PA_CONTEXT_READY) open_streams(context);
    if (!PA_CONTEXT_IS_GOOD(state)) die("the sound server does not answer any more");
}

int main(int argc, char **argv) {
    bool listens = argc == 6 && !strcmp(argv[1], "listen");
    bool refers = argc == 4 && !strcmp(argv[1], "reference");
    if (!listens && !refers) die("see the head of sinkclock.c");
    sink = argv[2];
    pa_mainloop *loop = pa_mainloop_new();
    pa_mainloop_api *api = pa_mainloop_get_api(loop);
    if (listens) {
        frames_file = made(argv[3]), arrivals_file = made(argv[4]), clicks_file = made(argv[5]);
        open_streams = listen_to_sink, sample_at = click_at, note_origin = note_click;
    } else {
        buffer_ms = atoi(argv[3]);
        open_streams = be_reference, sample_at = tone_at, note_origin = note_median;
        api->io_new(api, STDIN_FILENO, PA_IO_EVENT_INPUT, take_order, NULL);
    }
    pa_context *context = pa_context_new(api, argv[1]);
    pa_context_set_state_callback(context, on_context, NULL);
    pa_context_connect(context, NULL, PA_CONTEXT_NOAUTOSPAWN, NULL);
    struct timeval now;
    gettimeofday(&now, NULL);
    api->time_new(api, &now, ask, NULL);
    int result = 0;
    pa_mainloop_run(loop, &result);
    return result;
}
