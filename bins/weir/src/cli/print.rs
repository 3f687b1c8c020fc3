//! Everything this program prints goes through here.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use serde::Serialize;

/// How many lines a terminal is taken to have when it does not say.
const TERMINAL_LINES: usize = 24;

/// Prints a line.
pub(super) fn line(text: &str) -> anyhow::Result<()> {
    block(&format!("{text}\n"))
}

/// Prints text that ends its lines itself.
pub(super) fn block(text: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}

/// Prints a value for machines.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Prints a value for machines on one line, for output that goes on.
pub(super) fn json_line<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<()> {
    line(&serde_json::to_string(value)?)
}

/// Warns beside the output.
pub(super) fn warning(text: &str) {
    // Nobody is left to be told when standard error is closed.
    let _ = writeln!(std::io::stderr(), "warning: {text}");
}

/// Says why the command failed.
pub(super) fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "error: {text}");
}

/// What went wrong, and why. Some errors say what caused them in their own words: that is not said twice.
pub(super) fn causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(&cause);
        }
    }
    text
}

/// Whether `error` only says that the reader of our output (`| head`) has gone.
pub(super) fn is_closed_output(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// Whether the output is looked at on a terminal.
pub(super) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// How many lines the terminal shows.
pub(super) fn terminal_lines() -> usize {
    rustix::termios::tcgetwinsize(std::io::stdout())
        .ok()
        .map(|size| usize::from(size.ws_row))
        .filter(|lines| *lines > 0)
        .unwrap_or(TERMINAL_LINES)
}

/// Replaces what the terminal shows by `text`.
pub(super) fn redraw(text: &str) -> anyhow::Result<()> {
    /// Cursor to the top left corner; each line is cleared as it is written, then the rest, so
    /// that nothing flickers.
    const HOME: &str = "\x1b[H";
    const CLEAR_LINE_END: &str = "\x1b[K\n";
    const CLEAR_BELOW: &str = "\x1b[J";
    let lines = text.replace('\n', CLEAR_LINE_END);
    block(&format!("{HOME}{lines}{CLEAR_BELOW}"))
}

/// Makes room for [`redraw`].
pub(super) fn clear() -> anyhow::Result<()> {
    block("\x1b[2J")
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn what_an_error_has_said_is_not_said_again() {
        let error = std::io::Error::other("the disk is full");
        let error = anyhow::Error::new(error).context("cannot write: the disk is full");
        assert_eq!(causes(&error), "cannot write: the disk is full");
        let error = Err::<(), _>(error).context("no backup").unwrap_err();
        assert_eq!(causes(&error), "no backup: cannot write: the disk is full");
    }
}
