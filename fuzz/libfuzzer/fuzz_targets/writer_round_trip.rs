#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::writer_round_trip(data));
