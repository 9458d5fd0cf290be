#!/usr/bin/env bash
# Fuzzes every decoder and the whole reader, FUZZ_SECONDS=60 each; fails if anything is found.
# FUZZ_TARGETS="decode reader" takes only these. What was found lies in fuzz/artifacts; the corpus in fuzz/corpus grows from run to run.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
unset RUSTFLAGS
seconds=${FUZZ_SECONDS:-60}
read -ra targets <<<"${FUZZ_TARGETS:-decode jpeg_reader reader design seals photo wire printer vault}"
built=${CARGO_TARGET_DIR:-$root/target}/fuzz
logs=$root/.run/fuzz
mkdir -p "$logs"

# Sanitizers and coverage are unstable options of the compiler; this lets the pinned one take them.
export RUSTC_BOOTSTRAP=1
[ "$(rustc --version 2>/dev/null | cut -d' ' -f2)" = "$rust_version" ] || "$here/setup.sh"
have c++ || apt_install g++
if ! have cargo-fuzz; then
  say "Installing cargo-fuzz (about 3 minutes on two cores)"
  cargo install --quiet --root "$tools" --locked cargo-fuzz
fi

# Only the decoders have unsafe code beneath them. Without AddressSanitizer whole readings are tried ten times as often.
address=address
if ! compgen -G "$(rustc --print target-libdir)/librustc*_rt.asan.a" >/dev/null; then
  note "This Rust has no AddressSanitizer: only panics, overflows and memory limits are found"
  address=none
fi
options_of() {
  case $1 in
    reader | jpeg_reader | photo | vault) echo "--sanitizer none --no-trace-compares --target-dir $built/none" ;;
    *) echo "--sanitizer $address --target-dir $built/$address" ;;
  esac
}
length_of() {
  case $1 in
    reader) echo 600 ;; jpeg_reader) echo 240 ;; *) echo 20000 ;;
  esac
}

say "Seeds: sample pages and one of each kind of file"
cargo run --quiet --manifest-path fuzz/Cargo.toml --target-dir "$built/seeds" --example seeds -- fuzz/corpus
for target in "${targets[@]}"; do
  mkdir -p "fuzz/corpus/$target"
  cp -n {crates/core,worker}/tests/hostile/"$target"/* "fuzz/corpus/$target/" 2>/dev/null || true
done

say "Building the targets (first time about 5 minutes)"
for target in "${targets[@]}"; do
  # shellcheck disable=SC2046 # several options
  cargo fuzz build $(options_of "$target") "$target" >"$logs/build.log" 2>&1 || {
    tail -n 30 "$logs/build.log" >&2
    die "$target can't be built"
  }
done

# The last number behind a word in a log of libFuzzer.
last() { grep -o "$1: *[0-9]*" "$2" | tail -n 1 | grep -o '[0-9]*$' || echo 0; }
first() { grep -o "$1: *[0-9]*" "$2" | head -n 1 | grep -o '[0-9]*$' || echo 0; }

findings=0
printf '   %-12s %12s %18s %10s\n' target executions 'edges, from – to' findings
for target in "${targets[@]}"; do
  log=$logs/$target.log
  before=$(find fuzz/artifacts -path "*/$target/*" -type f 2>/dev/null | wc -l)
  status=0
  # shellcheck disable=SC2046 # several options
  nice -n 10 cargo fuzz run $(options_of "$target") "$target" -- -max_total_time="$seconds" -max_len="$(length_of "$target")" \
    -timeout=60 -rss_limit_mb=2500 -malloc_limit_mb=700 -print_final_stats=1 >"$log" 2>&1 || status=$?
  found=$(($(find fuzz/artifacts -path "*/$target/*" -type f 2>/dev/null | wc -l) - before))
  # A target that ends in a fault without leaving a file is a finding too.
  if [ "$status" != 0 ] && [ "$found" = 0 ]; then found=1; fi
  findings=$((findings + found))
  printf '   %-12s %12s %18s %10s\n' "$target" "$(last 'stat::number_of_executed_units' "$log")" \
    "$(first cov "$log") – $(last cov "$log")" "$found"
done
if [ "$findings" != 0 ]; then
  note "Logs: $logs. Mend what was found and keep the file in crates/core/tests/hostile/<target>."
  die "$findings findings"
fi
say "Nothing was found"
