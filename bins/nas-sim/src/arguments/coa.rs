//! How the router of `nas-sim dial` takes CoA and Disconnect.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use nas_sim::coa::{Away, Manner, Settings, Template, Trouble};
use nas_sim::dial::Summary;

#[derive(Args, Debug)]
#[command(next_help_heading = "CoA and Disconnect")]
pub(crate) struct Coa {
    /// Take CoA- and Disconnect-Requests here, with the same secret; port 3799 is usual, and 1700 on
    /// IOS. With port 0 the system chooses one, which is told.
    #[arg(long, value_name = "ADDRESS:PORT")]
    coa: Option<SocketAddr>,
    /// Whose manner the router has: routeros, erx, cisco, accel-ppp, hostapd.
    ///
    /// routeros finds a session by User-Name with Acct-Session-Id or Framed-IP-Address, a hotspot's
    /// by User-Name with Framed-IP-Address; it changes Mikrotik-Rate-Limit, -Group, -Mark-Id,
    /// limits and advertisements, Ascend rates, Filter-Id, Session- and Idle-Timeout and Port-Limit,
    /// and refuses everything else with 401. erx activates and ends services by their text. cisco
    /// takes one subscriber:command, and Account-Info QU;..;D;... accel-ppp takes any name of a
    /// session, and no second request while one is pending. hostapd wants an Event-Timestamp, and
    /// only ends sessions.
    #[arg(long, value_name = "MANNER", default_value_t, requires = "coa")]
    coa_manner: Manner,
    /// Whether RouterOS answers at all: no is what its /radius incoming says unless it is changed.
    #[arg(long, value_name = "yes|no", value_parser = super::dial::yes_or_no, requires = "coa")]
    coa_accept: Option<bool>,
    /// A service that the router knows, as in "tiered(inputBW, outputBW)"; may be repeated. Those two
    /// names give the speed; #1 behind it puts it into a group of which one is active at a time.
    /// Without any, erx knows those of the vendor's examples, and cisco takes every name.
    #[arg(long, value_name = "TEMPLATE", requires = "coa")]
    coa_service: Vec<Template>,
    /// Lose this part of the requests, and of the replies: 0 to 1.
    #[arg(long, value_name = "PART", default_value_t = 0.0, value_parser = part, requires = "coa")]
    coa_loss: f64,
    /// Chooses which ones are lost.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "coa")]
    coa_seed: u64,
    /// Take so many milliseconds for an answer.
    #[arg(long, value_name = "MS", default_value_t = 0, requires = "coa")]
    coa_delay_ms: u64,
    /// Hear nothing for a while, as in 60s@10s: for 60 seconds, 10 seconds after the start. May be
    /// repeated.
    #[arg(long, value_name = "WHILE@START", requires = "coa")]
    coa_away: Vec<Away>,
    /// Refuse the first so many requests with Resources-Unavailable (506).
    #[arg(long, value_name = "N", default_value_t = 0, requires = "coa")]
    coa_nak_first: u32,
    /// Exit with 1 unless each session was changed so many times; a request that comes again counts
    /// once.
    #[arg(long, value_name = "N", requires = "coa")]
    expect_changes: Option<u32>,
    /// Exit with 1 unless sessions of each subscriber were ended by the server so many times.
    #[arg(long, value_name = "N", requires = "coa")]
    expect_disconnects: Option<u32>,
    /// Exit with 1 unless each session ends with this speed, bits a second, upload first as in
    /// 2M/10M.
    #[arg(long, value_name = "UPLOAD/DOWNLOAD", requires = "coa")]
    expect_speed: Option<nas_sim::RateLimit>,
    /// Exit with 1 unless this service is active in each session in the end; may be repeated.
    #[arg(long, value_name = "TEXT", requires = "coa")]
    expect_service: Vec<String>,
}

fn part(text: &str) -> Result<f64, String> {
    let part: f64 = text.parse().map_err(|_| "say a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&part) { Ok(part) } else { Err("say a number from 0 to 1".to_owned()) }
}

impl Coa {
    pub(crate) fn settings(&self) -> Option<Settings> {
        let listen = self.coa?;
        Some(Settings {
            accept: self.coa_accept.unwrap_or(true),
            templates: self.coa_service.clone(),
            trouble: Trouble {
                loss: self.coa_loss,
                seed: self.coa_seed,
                delay: Duration::from_millis(self.coa_delay_ms),
                away: self.coa_away.clone(),
                refuse_first: self.coa_nak_first,
            },
            ..Settings::new(listen, self.coa_manner)
        })
    }

    /// What did not come as it was expected, a line for each session.
    pub(crate) fn unmet(&self, summary: &Summary) -> Vec<String> {
        let mut unmet = Vec::new();
        for session in &summary.sessions {
            let login = &session.login;
            let mut expect = |met: bool, what: String| {
                if !met {
                    unmet.push(format!("{login}: {what}"));
                }
            };
            if let Some(wanted) = self.expect_changes {
                let got = session.changes;
                expect(got == wanted, format!("changed {got} times, {wanted} were expected"));
            }
            if let Some(wanted) = self.expect_disconnects {
                let got = session.disconnects;
                expect(got == wanted, format!("ended {got} times, {wanted} were expected"));
            }
            if let Some(wanted) = self.expect_speed {
                let (got, wanted) = (session.has.rate_bps, wanted.rate_bps);
                let shown = got.map_or("no limit".to_owned(), |it| {
                    format!("{} up and {} down", it.upload, it.download)
                });
                expect(got == Some(wanted), format!("has {shown}"));
            }
            for wanted in &self.expect_service {
                let active = session.has.services.iter().any(|it| it.text == *wanted);
                expect(active, format!("has no active service {wanted:?}"));
            }
        }
        unmet
    }
}
