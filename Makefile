# On a fresh machine that has git, make and Rust, start with `make demo` or `make test`.
CARGO ?= cargo
LOA = $(or $(CARGO_TARGET_DIR),target)/release/loa
# The Python for which the system's numpy package is installed.
PYTHON ?= /usr/bin/python3
DEMO = $(or $(CARGO_TARGET_DIR),target)/demo-station

.PHONY: demo test lint bench bench-starts campaign fuzz build-needs test-needs bench-needs campaign-needs fuzz-needs

## Plays a short session of a sample station now, and prints its airing log as a table.
demo: build-needs
	$(CARGO) build --release --locked
	rm -rf "$(DEMO)"
	$(LOA) demo "$(DEMO)"

## Installs what the tests need, and runs all of them.
test: build-needs test-needs
	$(CARGO) test --locked --features department

## Checks the layout of the source, its format, the lints, and the licences of the dependencies.
lint: build-needs
	python3 tests/house/house.py
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets --features department -- -D warnings
	$(CARGO) clippy --locked -- -D warnings
	$(CARGO) clippy --locked --no-default-features -- -D warnings
	$(CARGO) clippy --locked --no-default-features --features playout -- -D warnings
	cp Cargo.lock tests/fuzz/Cargo.lock
	$(CARGO) check --manifest-path tests/fuzz/Cargo.toml --target-dir "$(or $(CARGO_TARGET_DIR),target)"; \
		checked=$$?; rm -f tests/fuzz/Cargo.lock; exit $$checked
	if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) fetch --locked && $(CARGO) deny --offline check bans licenses sources; else echo "cargo-deny is not installed: licences were not checked"; fi

## Measures how long operations take on this machine; then compares loa with other players: how precisely it starts,
## and how much memory and processor time it uses.
bench: build-needs bench-needs
	$(CARGO) bench --locked --features department --bench figures
	$(CARGO) bench --locked --features department --bench figures -- province
	$(MAKE) bench-starts

## Only the comparison with other players; writes docs/bench/. It takes half an hour on an idle machine. With
## LOA_BENCH_STARTS=8 LOA_BENCH_SECONDS=5 it takes minutes. BENCH=starts or BENCH=footprint runs one half of it.
bench-starts: build-needs bench-needs
	$(CARGO) build --release --locked
	LOA="$(LOA)" PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/bench/bench.py docs/bench $(BENCH)

## Runs the long tests: thousands of random station lives and schedules, 20,000 mutated logs, 200 kills of loa and 50 of
## the sound server, verification with Go's tlog, and all other tests in release mode.
campaign: build-needs test-needs campaign-needs
	PROPTEST_CASES=20000 LOA_CONCERNS=1 LOA_ALL_CASES=1 LOA_TAMPER=20000 LOA_KILLS=200 LOA_REVIVALS=50 LOA_STATIONS=71 LOA_DAYS=365 LOA_SCHEDULES=3000 \
		$(CARGO) test --release --locked --features department -- --nocapture --include-ignored

FUZZ = $(abspath $(or $(CARGO_TARGET_DIR),target))/fuzz
FUZZ_SECONDS ?= 600

## Fuzzes the audio scanner for ten minutes (FUZZ_SECONDS). The corpus and the findings stay under the target folder.
## The fuzzer is built with the dependency versions of Cargo.lock. It is built without a sanitizer, which would make it
## slower: the only unsafe code is libopus, and a sanitizer checks C code only if the code is compiled for it.
fuzz: build-needs test-needs fuzz-needs
	@mkdir -p "$(FUZZ)/corpus" "$(FUZZ)/findings"
	tests/fuzz/seeds.sh "$(FUZZ)/seeds"
	cp Cargo.lock tests/fuzz/Cargo.lock
	$(CARGO) +nightly fuzz build -O -s none --fuzz-dir tests/fuzz --target-dir "$(FUZZ)" scan; \
		built=$$?; rm -f tests/fuzz/Cargo.lock; exit $$built
	"$$(find "$(FUZZ)" -path '*/release/scan' -type f)" "$(FUZZ)/corpus" "$(FUZZ)/seeds" \
		-dict=tests/fuzz/audio.dict -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=1024 \
		-max_len=1048576 -len_control=100 -print_final_stats=1 -artifact_prefix="$(FUZZ)/findings/"

build-needs:
	@packaging/needs.sh build

campaign-needs:
	@packaging/needs.sh campaign

test-needs:
	@packaging/needs.sh test

bench-needs:
	@packaging/needs.sh bench

fuzz-needs:
	@$(CARGO) +nightly --version >/dev/null 2>&1 || \
		{ echo "Please install first:  rustup toolchain install nightly" >&2; exit 1; }
	@$(CARGO) +nightly fuzz --version >/dev/null 2>&1 || \
		{ echo "Please install first:  cargo install cargo-fuzz" >&2; exit 1; }
