// Two programs that use the clock of a PulseAudio sink, and compute the time of a frame in the same way.
//
//   sinkclock listen SINK FRAMES ARRIVALS CLICKS
//       Records what the sink plays (front left and aux0, s16le) to FRAMES until it is ended. For each fragment it writes
//       two 64-bit integers to ARRIVALS: the first frame, and the microsecond of the wall clock at which the fragment
//       arrived. Meanwhile it plays a click of 8 frames on aux0 four times a second. About twenty times a second it writes
//       a line to CLICKS: the microsecond at which the nearest click is heard according to the server.
//
//   sinkclock reference SINK BUFFER_MS
//       Starts a tone as precisely as a client of this sink can. It plays silence in a stream that is always open. It reads a
//       microsecond from each line of standard input, and begins a tone on the frame that is heard then. 0 ends the tone.
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
#define CHUNK 4096          // frames written at a time; bytes of silence written at a time
#define CLICK_EVERY 12000   // frames from one click to the next
#define CLICK_FRAMES 8
#define CLICK_LEVEL 16000
#define CLICK_BUFFER_MS 200
#define HALF_WAVE 54        // frames of half a period: a tone of 444 Hz
#define TONE_LEVEL 16383    // half scale
#define ASK_EVERY_US 47000
#define SLOW_ANSWER_US 1000 // the time of a slower answer is too uncertain
#define FRAGMENT_US 5000
#define ORIGINS 9           // the number of answers of which the reference takes the median

static const char *sink;

static void die(const char *message) {
    fprintf(stderr, "sinkclock: %s\n", message);
    exit(1);
}

static int64_t wall_us(void) {
    struct timeval now;
    gettimeofday(&now, NULL);
    return now.tv_sec * 1000000LL + now.tv_usec;
}

// The playback stream of either program.

static pa_stream *playback;
static int channels;
static int64_t written; // frames written so far
static int16_t (*sample_at)(int64_t frame);

static void write_samples(pa_stream *stream, size_t bytes, void *user) {
    (void)user;
    static int16_t chunk[CHUNK * 2];
    for (int64_t remaining = (int64_t)bytes / (2 * channels); remaining > 0;) {
        int64_t frames = remaining < CHUNK ? remaining : CHUNK;
        for (int64_t i = 0; i < frames; i++) {
            int16_t sample = sample_at(written + i);
            for (int c = 0; c < channels; c++) chunk[i * channels + c] = sample;
        }
        pa_stream_write(stream, chunk, (size_t)(frames * 2 * channels), NULL, 0, PA_SEEK_RELATIVE);
        written += frames;
        remaining -= frames;
    }
}

static void on_underflow(pa_stream *stream, void *user) {
    (void)stream, (void)user;
    fprintf(stderr, "a stream of the benchmark ran dry at frame %lld\n", (long long)written);
}

static void open_playback(pa_context *context, const char *name, const char *map_text, int buffer_ms) {
    pa_channel_map map;
    pa_channel_map_parse(&map, map_text);
    channels = map.channels;
    pa_sample_spec spec = {PA_SAMPLE_S16LE, RATE, map.channels};
    pa_buffer_attr attr;
    memset(&attr, 0xff, sizeof attr); // -1 everywhere: the server chooses
    attr.tlength = (uint32_t)(RATE / 1000 * buffer_ms * 2 * channels);
    playback = pa_stream_new(context, name, &spec, &map);
    pa_stream_set_write_callback(playback, write_samples, NULL);
    pa_stream_set_underflow_callback(playback, on_underflow, NULL);
    if (pa_stream_connect_playback(playback, sink, &attr, PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE, NULL, NULL) < 0)
        die("the sink accepts no stream");
}

// Computes the microsecond at which frame 0 of the stream was heard, or would have been. At `timestamp` the server had
// read `read_index` bytes, and a byte that it reads then is heard `sink_usec` later. Returns false if that is uncertain.
static bool origin_us(double *origin) {
    const pa_timing_info *timing = pa_stream_get_timing_info(playback);
    if (!timing || !timing->playing || timing->read_index_corrupt || !timing->synchronized_clocks) return false;
    if (timing->transport_usec > SLOW_ANSWER_US) return false;
    double timestamp_us = (double)timing->timestamp.tv_sec * 1e6 + (double)timing->timestamp.tv_usec;
    double frames_read = (double)timing->read_index / (2.0 * channels);
    *origin = timestamp_us + (double)timing->sink_usec - frames_read * 1e6 / RATE;
    return true;
}

static void (*note_origin)(double origin);

static void on_timing(pa_stream *stream, int done, void *user) {
    (void)stream, (void)user;
    double origin;
    if (done && origin_us(&origin)) note_origin(origin);
}

static void request_timing(pa_mainloop_api *api, pa_time_event *event, const struct timeval *now, void *user) {
    (void)now, (void)user;
    if (playback && pa_stream_get_state(playback) == PA_STREAM_READY) {
        pa_operation *operation = pa_stream_update_timing_info(playback, on_timing, NULL);
        if (operation) pa_operation_unref(operation);
    }
    struct timeval next;
    gettimeofday(&next, NULL);
    api->time_restart(event, pa_timeval_add(&next, ASK_EVERY_US));
}

// The program `listen`.

static int frames_file, arrivals_file, clicks_file;
static int64_t recorded; // frames recorded so far

static void write_all(int file, const void *bytes, size_t length) {
    if (write(file, bytes, length) != (ssize_t)length) die("the recording cannot be written");
}

static void record(pa_stream *stream, size_t ready, void *user) {
    (void)ready, (void)user;
    static const char silence[CHUNK];
    int64_t now = wall_us();
    const void *data;
    size_t length;
    while (pa_stream_peek(stream, &data, &length) == 0 && length > 0) {
        int64_t arrival[2] = {recorded, now};
        if (data) {
            write_all(frames_file, data, length);
        } else { // silence fills a hole, so that later frames keep their numbers
            fprintf(stderr, "the recording has a hole at frame %lld\n", (long long)recorded);
            for (size_t remaining = length, part; remaining > 0; remaining -= part)
                write_all(frames_file, silence, part = remaining < CHUNK ? remaining : CHUNK);
        }
        write_all(arrivals_file, arrival, sizeof arrival);
        recorded += (int64_t)(length / 4);
        pa_stream_drop(stream);
    }
}

static int16_t click_at(int64_t frame) {
    return frame % CLICK_EVERY < CLICK_FRAMES ? CLICK_LEVEL : 0;
}

static void note_click(double origin) {
    int64_t heard_frame = (int64_t)(((double)wall_us() - origin) * RATE / 1e6);
    int64_t nearest = (heard_frame + CLICK_EVERY / 2) / CLICK_EVERY * CLICK_EVERY;
    char line[64];
    int length = snprintf(line, sizeof line, "%.1f\n", origin + (double)nearest * 1e6 / RATE);
    write_all(clicks_file, line, (size_t)length);
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
    open_playback(context, "clicks", "aux0", CLICK_BUFFER_MS);
}

static int create_file(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) die("a file of the recording cannot be created");
    return file;
}

// The program `reference`.

static int buffer_ms;
static double origins[ORIGINS], origin;
static int64_t origin_count, start_us, first_tone_frame;

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void note_median(double latest) {
    origins[origin_count++ % ORIGINS] = latest;
    if (origin_count < ORIGINS) return;
    double sorted[ORIGINS];
    memcpy(sorted, origins, sizeof sorted);
    qsort(sorted, ORIGINS, sizeof *sorted, ascending);
    origin = sorted[ORIGINS / 2];
}

static int16_t tone_at(int64_t frame) {
    bool is_due = start_us && origin > 0 && origin + (double)frame * 1e6 / RATE >= (double)start_us;
    if (is_due && !first_tone_frame) first_tone_frame = frame;
    if (!first_tone_frame) return 0;
    return (frame - first_tone_frame) / HALF_WAVE % 2 ? -TONE_LEVEL : TONE_LEVEL;
}

static void read_command(pa_mainloop_api *api, pa_io_event *event, int file, pa_io_event_flags_t flags, void *user) {
    (void)event, (void)flags, (void)user;
    char text[64];
    ssize_t length = read(file, text, sizeof text - 1); // a command is a short line, which one read returns whole
    if (length <= 0) {
        api->quit(api, 0);
        return;
    }
    text[length] = 0;
    start_us = atoll(text);
    first_tone_frame = 0;
}

static void open_reference(pa_context *context) {
    open_playback(context, "reference", "front-left,front-right", buffer_ms);
}

// Both programs.

static void (*open_streams)(pa_context *context);

static void on_context(pa_context *context, void *user) {
    (void)user;
    pa_context_state_t state = pa_context_get_state(context);
    if (state == PA_CONTEXT_READY) open_streams(context);
    if (!PA_CONTEXT_IS_GOOD(state)) die("the sound server no longer answers");
}

int main(int argc, char **argv) {
    bool is_listener = argc == 6 && !strcmp(argv[1], "listen");
    bool is_reference = argc == 4 && !strcmp(argv[1], "reference");
    if (!is_listener && !is_reference) die("wrong arguments: see the top of sinkclock.c");
    sink = argv[2];
    pa_mainloop *loop = pa_mainloop_new();
    pa_mainloop_api *api = pa_mainloop_get_api(loop);
    if (is_listener) {
        frames_file = create_file(argv[3]), arrivals_file = create_file(argv[4]), clicks_file = create_file(argv[5]);
        open_streams = listen_to_sink, sample_at = click_at, note_origin = note_click;
    } else {
        buffer_ms = atoi(argv[3]);
        open_streams = open_reference, sample_at = tone_at, note_origin = note_median;
        api->io_new(api, STDIN_FILENO, PA_IO_EVENT_INPUT, read_command, NULL);
    }
    pa_context *context = pa_context_new(api, argv[1]);
    pa_context_set_state_callback(context, on_context, NULL);
    pa_context_connect(context, NULL, PA_CONTEXT_NOAUTOSPAWN, NULL);
    struct timeval now;
    gettimeofday(&now, NULL);
    api->time_new(api, &now, request_timing, NULL);
    int result = 0;
    pa_mainloop_run(loop, &result);
    return result;
}
