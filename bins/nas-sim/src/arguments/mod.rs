//! What can be said on the command line.

mod coa;
mod dial;
mod replay;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use nas_sim::{AccessKind, Mac, Nas, Subscriber, Target, load, storm};
use radius_proto::Secret;

pub(crate) use self::dial::Dial;
pub(crate) use self::replay::Replay;

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
    #[command(after_help = dial::EXAMPLES)]
    Dial(Box<Dial>),
    /// Ask again what a captured NAS asked, and compare the answers.
    ///
    /// Every Access- and Accounting-Request of the capture is sent in its order, hidden and signed
    /// for this server. Exits with 1 when this server accepts, rejects or records otherwise than the
    /// captured one did, or does not answer.
    #[command(after_help = replay::EXAMPLES)]
    Replay(Replay),
    /// Measure how many requests a second the server answers.
    #[command(after_help = "Examples:
  nas-sim load --kind auth-pap --secret SECRET --count 1000
  nas-sim load --kind accounting --access pppoe,dhcp,hotspot --secret SECRET --count 1000 --rate 5000")]
    Load(Load),
    /// Send accounting until every record is acknowledged, and write down what was.
    #[command(after_help = "Example:
  nas-sim storm --secret SECRET --sessions 1000 --journal-of-acks acknowledged.txt")]
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
    /// File with a line `login password [method [kind]]` for each subscriber; `-` is the empty
    /// password, and no method of one's own.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["login_prefix", "login", "password"])]
    users: Option<PathBuf>,
    /// One subscriber of this login; for a kind of access by MAC address, the first of those who
    /// count on from it.
    #[arg(long, conflicts_with = "login_prefix")]
    login: Option<String>,
    /// Subscribers are called PREFIX001, PREFIX002 and so on.
    #[arg(long, value_name = "PREFIX", default_value = "demo")]
    login_prefix: String,
    /// The password of them all; `{login}` in it stands for the login, and is what it is by default.
    /// A device that comes in by its MAC address has the empty one by default.
    #[arg(long)]
    password: Option<String>,
    /// How many subscribers; with --users how many of the file, by default all.
    #[arg(long)]
    count: Option<u32>,
}

impl Who {
    /// All of them, each by the kind of access whose turn it is.
    fn subscribers(&self, kinds: &[AccessKind], first: Mac) -> anyhow::Result<Vec<Subscriber>> {
        if let Some(file) = &self.users {
            return self.of_file(file, kinds);
        }
        let count = self.count.unwrap_or(1);
        let typed = self.password.as_deref().unwrap_or("{login}");
        let by_login = match &self.login {
            Some(login) if kinds.iter().any(|kind| !kind.is_by_mac()) => {
                if count > 1 {
                    anyhow::bail!("--login {login}: one subscriber, not --count {count}");
                }
                vec![Subscriber::new(login, typed.replace("{login}", login))?]
            }
            _ => Subscriber::numbered(&self.login_prefix, count, typed)?,
        };
        let first = match &self.login {
            Some(login) if kinds.iter().any(|kind| kind.is_by_mac()) => {
                login.parse().context("--login")?
            }
            _ => first,
        };
        let device = self.password.as_deref().unwrap_or_default();
        let by_mac = Subscriber::devices(first, count, device)?;
        let both = by_login.into_iter().zip(by_mac).zip(kinds.iter().cycle());
        Ok(both
            .map(|((login, device), kind)| {
                if kind.is_by_mac() { device } else { login }.with_kind(*kind)
            })
            .collect())
    }

    fn of_file(&self, file: &Path, kinds: &[AccessKind]) -> anyhow::Result<Vec<Subscriber>> {
        let mut subscribers = Subscriber::read_file(file)?;
        if let Some(count) = self.count {
            let found = subscribers.len();
            if count as usize > found {
                anyhow::bail!("--count {count}: {} names only {found}", file.display());
            }
            subscribers.truncate(count as usize);
        }
        let turns = subscribers.into_iter().zip(kinds.iter().cycle());
        Ok(turns.map(|(subscriber, kind)| subscriber.or_kind(*kind)).collect())
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
    /// Of subscribers who come in by these kinds of access, as of `nas-sim dial --kind`; several with
    /// commas take turns.
    #[arg(long, value_name = "KIND", default_value = "pppoe")]
    access: String,
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
        let access = AccessKind::list(&self.access).context("--access")?;
        let nothing = access.iter().find(|access| match kind {
            load::Kind::AuthPap => !access.is_asked(),
            load::Kind::Accounting => !access.is_accounted(),
        });
        if let Some(nothing) = nothing {
            anyhow::bail!("--access {nothing}: a router sends no such request for it");
        }
        let settings = load::Settings::new(
            self.server.target()?,
            self.server.secret()?,
            self.server.nas(0),
            self.who.subscribers(&access, Mac::default())?,
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
