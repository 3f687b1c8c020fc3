//! What can be said on the command line.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use nas_sim::{Method, Nas, Subscriber, Target, dial, load, storm};
use radius_proto::Secret;

/// A simulated RouterOS access server: speaks RADIUS to a server as a router does and checks
/// every reply.
#[derive(Debug, Parser)]
#[command(name = "nas-sim", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Dial subscribers in, keep them online, and hang up at the end or on SIGINT or SIGTERM.
    ///
    /// Exits with 1 when a reply was wrong or something was not answered; a rejected login is an
    /// answer.
    Dial(Dial),
    /// Measure how many requests a second the server answers.
    Load(Load),
    /// Send accounting until every record is acknowledged, and write down what was.
    Storm(Storm),
}

/// The server, and the router that is simulated.
#[derive(Args, Debug)]
pub(crate) struct Server {
    /// Address of the server.
    #[arg(long, default_value = "127.0.0.1")]
    server: IpAddr,
    /// Where Access-Requests go.
    #[arg(long, value_name = "PORT", default_value_t = 1812)]
    auth_port: u16,
    /// Where Accounting-Requests go.
    #[arg(long, value_name = "PORT", default_value_t = 1813)]
    acct_port: u16,
    /// The secret shared with the server.
    #[arg(long)]
    secret: String,
    /// Address to send from; also NAS-IP-Address.
    #[arg(long, default_value = "127.0.0.1")]
    source: IpAddr,
    /// NAS-Identifier.
    #[arg(long, value_name = "NAME", default_value = "nas-sim")]
    nas_identifier: String,
    /// Which boot of the router this is, 0 to 15: the third digit of Acct-Session-Id. By default
    /// any of them.
    #[arg(long, value_parser = clap::value_parser!(u8).range(..16))]
    boot: Option<u8>,
}

impl Server {
    fn target(&self) -> anyhow::Result<Target> {
        if self.server.is_ipv4() != self.source.is_ipv4() {
            anyhow::bail!(
                "--source {} and --server {} must both be IPv4 or both IPv6",
                self.source,
                self.server
            );
        }
        let target = Target::new(self.server, self.auth_port, self.acct_port);
        Ok(Target { source: self.source, ..target })
    }

    fn secret(&self) -> anyhow::Result<Secret> {
        Secret::new(&self.secret).context("--secret")
    }

    fn nas(&self, boot: u8) -> Nas {
        Nas { boot: self.boot.unwrap_or(boot), ..Nas::new(&self.nas_identifier, self.source) }
    }
}

/// Who dials in.
#[derive(Args, Debug)]
pub(crate) struct Who {
    /// File with a line `login password [method]` for each subscriber.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["login_prefix", "password"])]
    users: Option<PathBuf>,
    /// Subscribers are called PREFIX001, PREFIX002 and so on.
    #[arg(long, value_name = "PREFIX", default_value = "demo")]
    login_prefix: String,
    /// The password of them all; `{login}` in it stands for the login.
    #[arg(long, default_value = "{login}")]
    password: String,
    /// How many subscribers; with --users how many of the file, by default all.
    #[arg(long)]
    count: Option<u32>,
}

impl Who {
    fn subscribers(&self) -> anyhow::Result<Vec<Subscriber>> {
        let Some(file) = &self.users else {
            let count = self.count.unwrap_or(1);
            return Ok(Subscriber::numbered(&self.login_prefix, count, &self.password)?);
        };
        let mut subscribers = Subscriber::read_file(file)?;
        if let Some(count) = self.count {
            let found = subscribers.len();
            if count as usize > found {
                anyhow::bail!("--count {count}: {} names only {found}", file.display());
            }
            subscribers.truncate(count as usize);
        }
        Ok(subscribers)
    }
}

#[derive(Args, Debug)]
pub(crate) struct Dial {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    who: Who,
    /// pap, chap, mschapv1, mschapv2, several with commas to take turns, or mix for all four.
    #[arg(long, default_value = "mix")]
    method: String,
    /// Over how many milliseconds the dials are spread.
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    ramp_ms: u64,
    /// Seconds between Interim-Updates; 0 takes what the server asks for.
    #[arg(long, value_name = "S", default_value_t = 0)]
    interim_s: u64,
    /// Hang up after this many seconds.
    #[arg(long, value_name = "S", conflicts_with = "until_signal")]
    duration_s: Option<u64>,
    /// Hang up on SIGINT or SIGTERM only, which is also what happens without --duration-s.
    #[arg(long)]
    until_signal: bool,
    /// How long the last Stops may take to be acknowledged.
    #[arg(long, value_name = "S", default_value_t = 30)]
    drain_s: u64,
    /// How much of its rate a subscriber uses; above 100 reaches large counters sooner.
    #[arg(long, value_name = "PERCENT", default_value_t = 100)]
    activity_percent: u32,
    /// Dial again this many seconds after a session has ended or a login was refused.
    #[arg(long, value_name = "S")]
    redial_s: Option<u64>,
    /// Do not insist on MPPE keys after MS-CHAP.
    #[arg(long)]
    mppe_optional: bool,
    /// Do not insist on a Message-Authenticator, first of all attributes, in replies to logins.
    #[arg(long)]
    message_authenticator_optional: bool,
    /// Print the summary, with every session, as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Do not tell of each login; disagreements are always told.
    #[arg(long)]
    pub(crate) quiet: bool,
}

impl Dial {
    pub(crate) fn settings(&self) -> anyhow::Result<dial::Settings> {
        let methods = Method::list(&self.method).context("--method")?;
        let subscribers = self.who.subscribers()?;
        let [boot, a, b, c] = nas_sim::random_octets()?;
        let nas = self.server.nas(boot & 0xf);
        let settings =
            dial::Settings::new(self.server.target()?, self.server.secret()?, nas, subscribers);
        let seconds = Duration::from_secs;
        Ok(dial::Settings {
            first_session: u32::from_be_bytes([0, a, b, c]) & 0xf_ffff,
            methods,
            ramp: Duration::from_millis(self.ramp_ms),
            interim: Some(seconds(self.interim_s)).filter(|interval| !interval.is_zero()),
            duration: self.duration_s.map(seconds),
            drain: seconds(self.drain_s),
            activity_percent: self.activity_percent,
            redial: self.redial_s.map(seconds),
            message_authenticator_required: !self.message_authenticator_optional,
            mppe_required: !self.mppe_optional,
            ..settings
        })
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Access-Requests with PAP and a Message-Authenticator.
    AuthPap,
    /// Interim-Updates.
    Accounting,
}

#[derive(Args, Debug)]
pub(crate) struct Load {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    who: Who,
    /// Which requests to send.
    #[arg(long)]
    kind: Kind,
    /// How many requests wait for their replies at any time; with --rate at most so many.
    #[arg(long, default_value_t = 256)]
    window: u32,
    /// Send so many requests a second, whether or not replies come; their round trips count from
    /// when they were due. Without it, as many as the server answers.
    #[arg(long, value_name = "PER_S")]
    rate: Option<NonZeroU32>,
    /// Over how many milliseconds that rate is reached.
    #[arg(long, value_name = "MS", default_value_t = 0, requires = "rate")]
    ramp_ms: u64,
    /// Gets a line for each second: what was sent, answered and lost in it, and how soon.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// How many seconds to measure.
    #[arg(long, value_name = "S", default_value_t = 10)]
    duration_s: u64,
    /// Source ports; 0 takes four times as many as the window needs.
    #[arg(long, default_value_t = 0)]
    sockets: u32,
    /// Requests prepared beforehand; they are sent again when all were sent.
    #[arg(long, default_value_t = 1 << 18)]
    prepared: u32,
    /// Every so many replies one is verified.
    #[arg(long, value_name = "N", default_value_t = 64)]
    verify_every: u32,
    /// Print the figures as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Load {
    pub(crate) fn settings(&self) -> anyhow::Result<load::Settings> {
        let kind = match self.kind {
            Kind::AuthPap => load::Kind::AuthPap,
            Kind::Accounting => load::Kind::Accounting,
        };
        let settings = load::Settings::new(
            self.server.target()?,
            self.server.secret()?,
            self.server.nas(0),
            self.who.subscribers()?,
            kind,
            Duration::from_secs(self.duration_s),
        );
        Ok(load::Settings {
            window: self.window,
            rate_per_s: self.rate,
            ramp: Duration::from_millis(self.ramp_ms),
            sockets: self.sockets,
            prepared: self.prepared,
            verify_every: self.verify_every,
            ..settings
        })
    }
}

#[derive(Args, Debug)]
pub(crate) struct Storm {
    #[command(flatten)]
    server: Server,
    /// Sessions belong to PREFIX001, PREFIX002 and so on.
    #[arg(long, value_name = "PREFIX", default_value = "storm")]
    login_prefix: String,
    /// How many logins take turns; by default one for each session.
    #[arg(long)]
    count: Option<u32>,
    /// How many sessions.
    #[arg(long, default_value_t = 40_000)]
    sessions: u32,
    /// Records of each session: Start, Interim-Updates, Stop; 1 is a Start alone.
    #[arg(long, value_name = "N", default_value_t = 5)]
    packets_per_session: u32,
    /// How many records wait for their acknowledgement at any time.
    #[arg(long, default_value_t = 512)]
    window: u32,
    /// After how many milliseconds an unacknowledged record is sent again.
    #[arg(long, value_name = "MS", default_value_t = 500)]
    retry_ms: u64,
    /// Give up after so many seconds without any acknowledgement.
    #[arg(long, value_name = "S", default_value_t = 60)]
    give_up_s: u64,
    /// Gets a line `session kind input-octets output-octets` for each acknowledged record.
    #[arg(long, value_name = "FILE")]
    journal_of_acks: PathBuf,
    /// Print the figures as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Storm {
    pub(crate) fn settings(&self) -> anyhow::Result<storm::Settings> {
        let count = self.count.unwrap_or(self.sessions);
        let settings = storm::Settings::new(
            self.server.target()?,
            self.server.secret()?,
            self.server.nas(0),
            Subscriber::numbered(&self.login_prefix, count, "")?,
            self.sessions,
            &self.journal_of_acks,
        );
        Ok(storm::Settings {
            packets_per_session: self.packets_per_session,
            window: self.window,
            retry: Duration::from_millis(self.retry_ms),
            give_up_after: Duration::from_secs(self.give_up_s),
            ..settings
        })
    }
}
