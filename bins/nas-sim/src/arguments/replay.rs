//! `nas-sim replay`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use nas_sim::replay;
use radius_proto::Secret;

use super::Server;

pub(crate) const EXAMPLES: &str = "\
Examples:
  nas-sim replay session.pcap --secret SECRET --captured-secret testing123
  nas-sim replay session.pcap --secret SECRET --captured-secret testing123 --in-time \\
      --password-of alice=opensesame --strict
A text has a line of hexadecimal octets for each packet; # begins a comment.";

#[derive(Args, Debug)]
pub(crate) struct Replay {
    /// A classic pcap file, or a text with a line of hexadecimal octets for each packet.
    #[arg(value_name = "FILE")]
    capture: PathBuf,
    #[command(flatten)]
    server: Server,
    /// The secret that the captured NAS shared with its server; by default --secret.
    #[arg(long, value_name = "SECRET")]
    captured_secret: Option<String>,
    /// The password that a captured login has on this server, proved in the place of the captured
    /// one by PAP or CHAP; may be said for several logins.
    #[arg(long, value_name = "LOGIN=PASSWORD", value_parser = login_and_password)]
    password_of: Vec<(String, String)>,
    /// Give Access-Requests a Message-Authenticator that had none.
    #[arg(long)]
    sign: bool,
    /// Keep the pace of the capture, rather than ask as soon as the request before is answered.
    #[arg(long)]
    in_time: bool,
    /// How many milliseconds to wait for an answer.
    #[arg(long, value_name = "MS", default_value_t = 1100)]
    timeout_ms: u64,
    /// How often a request is sent before it counts as unanswered.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    tries: u32,
    /// Exit with 1 when attributes of the answers differ too.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print the summary, with every request, as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Replay {
    pub(crate) fn settings(&self) -> anyhow::Result<replay::Settings> {
        let secret = self.server.secret()?;
        let captured_secret = match &self.captured_secret {
            Some(captured) => Secret::new(captured).context("--captured-secret")?,
            None => secret.clone(),
        };
        Ok(replay::Settings {
            captured_secret,
            passwords: self.password_of.clone(),
            sign: self.sign,
            in_time: self.in_time,
            timeout: Duration::from_millis(self.timeout_ms),
            tries: self.tries,
            ..replay::Settings::new(self.server.target()?, secret, &self.capture)
        })
    }
}

fn login_and_password(text: &str) -> Result<(String, String), String> {
    let (login, password) = text.split_once('=').ok_or("say LOGIN=PASSWORD")?;
    Ok((login.to_owned(), password.to_owned()))
}
