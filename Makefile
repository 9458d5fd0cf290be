.PHONY: run test bench accuracy fuzz setup clean

# A working polling place in the browser: kiosk, collector and portal. Ctrl-C stops it.
run:
	@scripts/run.sh

# Proves that it works: format, lints, unit, property, wasm, collector and end-to-end tests.
test:
	@scripts/test.sh

# Speed and accuracy on this machine, native and in Chromium.
bench:
	@scripts/bench.sh

# Millions of ballot positions on simulated sheets, each compared with the truth; resumable.
accuracy:
	@scripts/accuracy.sh

# Hostile bytes for every decoder and the whole reader; FUZZ_SECONDS for each, 60 if not said.
fuzz:
	@scripts/fuzz.sh

# Only installs what is missing.
setup:
	@scripts/setup.sh --test

clean:
	rm -rf target dist .run e2e/test-results
