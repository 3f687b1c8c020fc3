//! The generator of requests, `nas-sim load`, on a processor of its own.

use std::net::SocketAddr;
use std::process::Command;

use anyhow::{Context as _, ensure};
use conformance::{Installation, SECRET};

use crate::machine::{GENERATOR_PROCESSOR, program};

/// The password of every subscriber of the benchmarks.
pub const PASSWORD: &str = "correct-horse";
const PREFIX: &str = "load";
/// An open loop may have so many requests under way; what is due beyond is held back and told.
const OPEN_WINDOW: u32 = 4096;
/// How long an open loop takes to its rate.
const RAMP_MS: u32 = 1000;

/// The logins of `count` subscribers, as the generator writes them.
#[must_use]
pub fn users(count: u32) -> Vec<(String, String)> {
    let width = count.to_string().len().max(3);
    (1..=count).map(|n| (format!("{PREFIX}{n:0width$}"), PASSWORD.to_owned())).collect()
}

/// A server under load.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Where it answers authentication.
    pub authentication: SocketAddr,
    /// Where it answers accounting.
    pub accounting: SocketAddr,
    /// The secret it knows 127.0.0.1 by.
    pub secret: &'a str,
}

impl From<&Installation> for Target<'static> {
    fn from(weir: &Installation) -> Self {
        let (authentication, accounting) = (weir.authentication(), weir.accounting());
        Self { authentication, accounting, secret: SECRET }
    }
}

/// Which requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PAP with a Message-Authenticator.
    Authentication,
    /// Interim-Updates.
    Accounting,
}

/// How they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// So many under way, always.
    Window(u32),
    /// So many a second.
    Rate(u32),
}

/// One load.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Which requests.
    pub kind: Kind,
    /// How they are sent.
    pub pace: Pace,
    /// How long, seconds.
    pub seconds: u32,
    /// How many subscribers take turns.
    pub subscribers: u32,
    /// How many different requests there are. One that was sent already may be answered from a
    /// cache, so there should be more than are sent.
    pub prepared: u32,
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub struct Loaded {
    /// How long it took, seconds.
    pub seconds: f64,
    /// Requests sent.
    pub sent: f64,
    /// Replies.
    pub replies: f64,
    /// Requests without a reply, and those that an open loop could not send.
    pub lost: f64,
    /// Half of the replies came sooner, milliseconds.
    pub p50_ms: f64,
    /// All but one in a hundred came sooner, milliseconds.
    pub p99_ms: f64,
}

impl Load {
    /// Runs it to its end.
    ///
    /// # Errors
    /// When the generator cannot run, or a reply is wrong or a reject: nothing would be measured.
    pub fn run(&self, target: &Target<'_>) -> anyhow::Result<Loaded> {
        let mut generator = Command::new("taskset");
        generator.args(["-c", &GENERATOR_PROCESSOR.to_string()]).arg(program("nas-sim")?);
        let kind = match self.kind {
            Kind::Authentication => "auth-pap",
            Kind::Accounting => "accounting",
        };
        generator.args(["load", "--kind", kind, "--secret", target.secret, "--json"]);
        generator.args(["--auth-port", &target.authentication.port().to_string()]);
        generator.args(["--acct-port", &target.accounting.port().to_string()]);
        generator.args(["--login-prefix", PREFIX, "--count", &self.subscribers.to_string()]);
        generator.args(["--password", PASSWORD, "--duration-s", &self.seconds.to_string()]);
        generator.args(["--prepared", &self.prepared.to_string()]);
        match self.pace {
            Pace::Window(window) => generator.args(["--window", &window.to_string()]),
            Pace::Rate(rate) => {
                generator.args(["--window", &OPEN_WINDOW.to_string()]);
                generator.args(["--rate", &rate.to_string(), "--ramp-ms", &RAMP_MS.to_string()])
            }
        };
        let output = generator.output().context("taskset and nas-sim")?;
        // The generator's exit says two things at once: that nothing was answered, which is a figure
        // here, and that a reply was forged, which ends the benchmark below.
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        eprintln!("{:?} of {:?}: {report}", self.kind, self.pace);
        let of = |pointer: &str| {
            let value = report.pointer(pointer).and_then(serde_json::Value::as_f64);
            value.with_context(|| format!("no {pointer} in {report}"))
        };
        ensure!(of("/rejected")? == 0.0, "rejects: {report}");
        ensure!(of("/forged")? == 0.0, "replies that are not the server's: {report}");
        Ok(Loaded {
            seconds: of("/seconds")?,
            sent: of("/sent")?,
            replies: of("/replies")?,
            lost: of("/lost")? + of("/held_back")?,
            p50_ms: of("/round_trips/p50_us").unwrap_or(f64::NAN) / 1000.0,
            p99_ms: of("/round_trips/p99_us").unwrap_or(f64::NAN) / 1000.0,
        })
    }
}

impl Loaded {
    /// Replies a second.
    #[must_use]
    pub fn per_s(&self) -> f64 {
        self.replies / self.seconds
    }
}
