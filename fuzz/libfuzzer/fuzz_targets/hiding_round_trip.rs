#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::hiding_round_trip(data));
