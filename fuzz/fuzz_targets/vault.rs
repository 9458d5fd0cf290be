#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // An alarm is as good as an answer.
    let _ = urna_fuzz::hostile_vault::opening(bytes);
});
