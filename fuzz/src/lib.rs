//! What the fuzzer tries: one function for each target, which panics when something that must
//! hold does not.
//!
//! The programs in `libfuzzer/` call these with what the fuzzer comes up with (`cargo xtask
//! fuzz`); the test in `tests/` calls them with everything in `corpus/`, where each finding is kept.

mod dictionary_text;
mod hiding;
mod octets;
mod packet_view;
mod pair_text;
mod writer;

pub use dictionary_text::dictionary_text;
pub use hiding::hiding_round_trip;
pub use packet_view::packet_view;
pub use pair_text::pair_text;
pub use writer::writer_round_trip;

/// A target: the name of its program and of its folder in `corpus/`, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 5] = [
    ("packet_view", packet_view),
    ("writer_round_trip", writer_round_trip),
    ("hiding_round_trip", hiding_round_trip),
    ("dictionary_text", dictionary_text),
    ("pair_text", pair_text),
];
