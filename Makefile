# Two commands on a fresh machine that has git, make and Rust: `make demo` and `make test`.
CARGO ?= cargo
LOA = $(or $(CARGO_TARGET_DIR),target)/release/loa
# The one that the system's package of numpy is for.
PYTHON ?= /usr/bin/python3
DEMO = $(or $(CARGO_TARGET_DIR),target)/demo-station

.PHONY: demo test lint bench bench-starts campaign fuzz build-needs test-needs bench-needs campaign-needs fuzz-needs

## A sample station plays a short session now; the airing log is printed as a table.
demo: build-needs
	$(CARGO) build --release --locked
	rm -rf "$(DEMO)"
	$(LOA) demo "$(DEMO)"

## All tests, with what they need.
test: build-needs test-needs
	$(CARGO) test --locked --features department

## Style, lints, licences.
lint: build-needs
	python3 tests/house/house.py
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets --features department -- -D warnings
	$(CARGO) clippy --locked -- -D warnings
	$(CARGO) clippy --locked --no-default-features -- -D warnings
	$(CARGO) clippy --locked --no-default-features --features playout -- -D warnings
	if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) fetch --locked && $(CARGO) deny --offline check bans licenses sources; else echo "cargo-deny is not installed: licences were not checked"; fi

## How long things take, as ratios on this machine; then how exactly loa starts and what it takes, beside other players.
bench: build-needs bench-needs
	$(CARGO) bench --locked --features department --bench figures
	$(CARGO) bench --locked --features department --bench figures -- province
	$(MAKE) bench-starts

## The latter alone: half an hour on a machine that has nothing else to do (LOA_BENCH_STARTS=8 LOA_BENCH_SECONDS=5: minutes;
## BENCH=starts or BENCH=footprint: a half of it). It writes docs/bench/.
bench-starts: build-needs bench-needs
	$(CARGO) build --release --locked
	LOA="$(LOA)" PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/bench/bench.py docs/bench $(BENCH)

## Long runs: thousands of random lives and schedules of a station, 20,000 mutations of logs, 200 kills of loa and 50 of the sound
## server, Go's verifier, and the rest of the tests at full speed.
campaign: build-needs test-needs campaign-needs
	PROPTEST_CASES=20000 LOA_HANDS=all LOA_TAMPER=20000 LOA_KILLS=200 LOA_REVIVALS=50 LOA_STATIONS=71 LOA_DAYS=365 LOA_SCHEDULES=3000 \
		$(CARGO) test --release --locked --features department -- --nocapture --include-ignored

FUZZ = $(abspath $(or $(CARGO_TARGET_DIR),target))/fuzz
FUZZ_SECONDS ?= 600

## Files at random for the scanner, for ten minutes (FUZZ_SECONDS). What it learns (corpus) and what it finds (findings)
## stays under the target folder. It is built with the versions of the station's own lock, and without a sanitizer, which
## would cost speed: of unsafe code there is libopus alone, and a sanitizer has to be told to look into C.
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
