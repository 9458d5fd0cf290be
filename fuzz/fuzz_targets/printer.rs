#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    urna_fuzz::printer(bytes);
});
