use std::path::PathBuf;

/// What is wrong with a key file. No message holds a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no file.
    #[error(
        "there is no key file at {}; `weir init` makes one, and a store that exists already needs \
         the key file it was made with",
        path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a file where one was to be made.
    #[error(
        "{} exists already and is not overwritten: the store can be read with no other key",
        path.display()
    )]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// Others than its owner have rights to it.
    #[error(
        "the key file {0} has mode {mode:04o}, so others than its owner can reach it; \
         run `chmod 600 {0}`",
        path.display()
    )]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A line is not a key.
    #[error("the key file {}, line {line}: {problem}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from 1; 0 for the file as a whole.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The file could not be read or written.
    #[error("the key file {} could not be {action}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The operating system gave no random octets.
    #[error("the operating system gave no random octets: {0}")]
    NoRandomness(String),
    /// The cipher refused; the plain text was longer than it takes.
    #[error("the secret is too long to be sealed")]
    SealFailed,
}
