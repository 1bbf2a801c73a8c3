# Two commands on a fresh machine that has git, make and Rust: `make demo` and `make test`.
CARGO ?= cargo
LOA = $(or $(CARGO_TARGET_DIR),target)/release/loa
DEMO = $(or $(CARGO_TARGET_DIR),target)/demo-station

.PHONY: demo test lint bench campaign build-needs test-needs campaign-needs

## A sample station plays a short session now; the airing log is printed as a table.
demo: build-needs
	$(CARGO) build --release --locked
	rm -rf "$(DEMO)"
	$(LOA) demo "$(DEMO)"

## All tests, with what they need.
test: build-needs test-needs
	$(CARGO) test --locked

## Style, lints, licences.
lint: build-needs
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --no-default-features -- -D warnings
	$(CARGO) clippy --locked --no-default-features --features playout -- -D warnings
	if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) fetch --locked && $(CARGO) deny --offline check bans licenses sources; else echo "cargo-deny is not installed: licences were not checked"; fi

## How long things take, as ratios on this machine.
bench: build-needs
	$(CARGO) bench --locked --bench figures

## Long runs: thousands of random lives of a station, 20,000 mutations of logs, 200 kills, Go's verifier, and the rest of
## the tests at full speed.
campaign: build-needs test-needs campaign-needs
	PROPTEST_CASES=20000 LOA_TAMPER=20000 LOA_KILLS=200 $(CARGO) test --release --locked -- --nocapture --include-ignored

build-needs:
	@packaging/needs.sh build

campaign-needs:
	@packaging/needs.sh campaign

test-needs:
	@packaging/needs.sh test
