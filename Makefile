.PHONY: run test bench accuracy fuzz torture powercut e2e-usb e2e-usb-vm usb-oracles reproducible sbom deny setup clean

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

# Chromium killed 1,000 times at random moments while sheets are counted; KILLS for fewer. A short run is a part of `make test`.
torture:
	@scripts/torture.sh

# Power cuts under a real Chromium, from the moment of provisioning on; root only.
powercut:
	@scripts/powercut.sh

# Chromium's own WebUSB on simulated scanners, without a kernel's USB; a part of `make test`.
e2e-usb:
	@scripts/usb/e2e.sh

# The same on a real kernel, in a virtual machine that is made here; about eight minutes, far more on a busy computer.
e2e-usb-vm:
	@scripts/usb/vm.sh

# Debian's SANE, ipp-usb and sane-airscan scan from the simulated scanners.
usb-oracles:
	@scripts/usb/oracles.sh

# Builds the kiosk twice, from nothing and in different folders: the same bytes must come out.
reproducible:
	@scripts/reproducible.sh

# What each program is made of, as CycloneDX, into .run/sbom.
sbom:
	@node scripts/sbom.mjs .run/sbom

# Licences, sources and bans of all crates; scripts/deny.sh --advisories asks for known faults too.
deny:
	@scripts/deny.sh

# Only installs what is missing.
setup:
	@scripts/setup.sh --test

clean:
	rm -rf target dist .run e2e/test-results
