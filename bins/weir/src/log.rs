//! What the server says while it runs: structured lines on standard error.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{LogFormat, LogLevel, LogSection};

/// The parts of Weir that speak at the configured level; libraries only from `warn` up.
const OWN_TARGETS: [&str; 4] = ["weir", "radius_server", "storage", "aaa_engine"];

/// Begins to log as `section` says.
///
/// # Errors
/// When the process logs already.
pub fn init(section: &LogSection) -> Result<(), TryInitError> {
    let registry = tracing_subscriber::registry().with(targets(section.level));
    match section.format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            let lines = tracing_subscriber::fmt::layer().with_ansi(colours).with_target(false);
            registry.with(lines.with_writer(std::io::stderr)).try_init()
        }
        LogFormat::Json => {
            let lines = tracing_subscriber::fmt::layer().json().flatten_event(true);
            registry.with(lines.with_writer(std::io::stderr)).try_init()
        }
    }
}

fn targets(level: LogLevel) -> Targets {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets(OWN_TARGETS.map(|target| (target, level)))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn libraries_do_not_talk_over_weir() {
        let targets = targets(LogLevel::Debug);
        assert!(targets.would_enable("weir::serve", &Level::DEBUG));
        assert!(!targets.would_enable("sqlx::query", &Level::DEBUG));
        assert!(targets.would_enable("sqlx::query", &Level::WARN));
        let quiet = super::targets(LogLevel::Error);
        assert!(!quiet.would_enable("sqlx::query", &Level::WARN));
    }
}
