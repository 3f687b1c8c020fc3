//! What the program says about its work.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use nas_sim::coa::{Answer, Arrival, Ask, ErrorCause};
use nas_sim::dial::{Event, Summary};
use nas_sim::replay::{self, Exchange, Verdict};
use nas_sim::{Grant, RoundTripFigures, load, storm};

/// Tells an event on standard error.
pub(crate) fn event(event: Event<'_>, quiet: bool) {
    let line = match event {
        Event::Disagreement { login, what } => format!("DISAGREEMENT {login}: {what}"),
        _ if quiet => return,
        Event::Online { login, kind, session_id, address, grant } => {
            let address = address.map_or_else(String::new, |address| format!(" address={address}"));
            let rate =
                grant.rate_limit.map(|limit| limit.rate_bps).map_or_else(String::new, |rate| {
                    format!(" upload={} download={}", rate.upload, rate.download)
                });
            let granted = granted(grant);
            format!("online {login} kind={kind} session={session_id}{address}{rate}{granted}")
        }
        Event::Rejected { login, refusal } => {
            let message = refusal.message.as_deref().unwrap_or("no Reply-Message");
            let error = refusal.ms_chap_error.as_deref();
            let error = error.map_or_else(String::new, |error| format!(" ({error})"));
            format!("rejected {login}: {message}{error}")
        }
        Event::Started { .. } | Event::Interim { .. } | Event::Acknowledged { .. } => return,
        Event::Unanswered { login } => format!("unanswered {login}"),
        Event::Offline { login, terminate_cause } => {
            format!("offline {login} cause={terminate_cause}")
        }
        Event::HangingUp => "hanging up".to_owned(),
        Event::Listening { address } => format!("taking CoA and Disconnect at {address}"),
        Event::Asked { arrival } => asked(arrival),
        Event::Rebooted => "rebooted".to_owned(),
        Event::RouterUnanswered => "unanswered: that the router starts or ends".to_owned(),
    };
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{line}");
}

/// A CoA- or Disconnect-Request, and what became of it.
fn asked(arrival: &Arrival) -> String {
    let what = match arrival.ask {
        Ask::Change => "change",
        Ask::Disconnect => "disconnect",
    };
    let login = arrival.login.as_deref().unwrap_or("-");
    let became = match arrival.answer {
        Answer::Acknowledged => "acknowledged".to_owned(),
        Answer::Refused(ErrorCause(cause)) => format!("refused for {cause}"),
        Answer::Silent => "not answered".to_owned(),
        Answer::Repeated => "had come before".to_owned(),
    };
    let changed = arrival.changed.join(", ");
    let changed = if changed.is_empty() { changed } else { format!(": {changed}") };
    format!("{what} {login}: {became}{changed}")
}

/// What else an acceptance grants, and what of it means nothing to a router.
fn granted(grant: &Grant) -> String {
    let timeout = grant.session_timeout_s.map(|s| format!(" session-timeout={s}s"));
    let named = [
        ("pool", &grant.pool),
        ("group", &grant.group),
        ("prefix", &grant.framed_prefix),
        ("delegated", &grant.delegated_prefix),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!(" {name}={}", value.as_ref()?)));
    let ignored = grant.ignored.join(", ");
    let ignored = (!ignored.is_empty()).then(|| format!(" ignored: {ignored}"));
    timeout.into_iter().chain(named).chain(ignored).collect()
}

/// Tells on standard error what was expected and did not come.
pub(crate) fn unmet(unmet: &str) {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "UNEXPECTED {unmet}");
}

pub(crate) fn dial(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let Summary { dialled, accepted, rejected, unanswered, .. } = summary;
    writeln!(
        out,
        "logins      {dialled} dialled: {accepted} accepted, {rejected} rejected, {unanswered} \
         unanswered"
    )?;
    let Summary { renewed, announced, unannounced, .. } = summary;
    if renewed + announced + unannounced > 0 {
        writeln!(
            out,
            "router      {renewed} leases extended; {announced} starts and ends of the router \
             acknowledged, {unannounced} not"
        )?;
    }
    let Summary { starts, interims, stops, unacknowledged, .. } = summary;
    writeln!(
        out,
        "accounting  {starts} starts, {interims} interim updates, {stops} stops acknowledged; \
         {unacknowledged} sessions left unacknowledged"
    )?;
    let Summary { service_starts, service_interims, service_stops, .. } = summary;
    if service_starts + summary.services_unacknowledged > 0 {
        writeln!(
            out,
            "services    {service_starts} starts, {service_interims} interim updates, {service_stops} \
             stops acknowledged; {} services left unacknowledged",
            summary.services_unacknowledged
        )?;
    }
    let coa = &summary.coa;
    if *coa != Default::default() {
        writeln!(
            out,
            "coa         {} requests: {} changed a session, {} ended one, {} refused, {} not \
             answered, {} had come before; {} lost, {} while away",
            coa.received,
            coa.changes,
            coa.disconnects,
            coa.refused,
            coa.silent,
            coa.repeated,
            coa.lost_requests + coa.lost_replies,
            coa.away
        )?;
    }
    writeln!(out, "round trip  logins {}", summary.authentication)?;
    writeln!(out, "            records {}", summary.accounting)?;
    let Summary { retransmissions, refused, unexpected, disagreed, .. } = summary;
    writeln!(
        out,
        "network     {retransmissions} sent again, {refused} refused, {unexpected} unexpected"
    )?;
    writeln!(out, "replies     {disagreed} in disagreement")
}

/// One request of a replay: what it was, what both servers said, and in what they differ.
pub(crate) fn exchange(exchange: &Exchange) {
    let Exchange { number, request, captured, answered, verdict, .. } = exchange;
    let answered = answered.as_deref().unwrap_or("no answer");
    let captured = captured.as_deref().unwrap_or("no answer");
    let verdict = match verdict {
        Verdict::Agreed => "as captured".to_owned(),
        Verdict::Disagreed => format!("CAPTURED {captured}"),
        Verdict::Unanswered => format!("UNANSWERED, captured {captured}"),
        Verdict::NothingCaptured => "nothing captured".to_owned(),
    };
    let mut lines = format!("#{number} {request}: {answered}, {verdict}\n");
    for (whose, attributes) in
        [("captured", &exchange.only_captured), ("answered", &exchange.only_answered)]
    {
        if !attributes.is_empty() {
            lines.push_str(&format!("    only {whose}: {}\n", attributes.join(", ")));
        }
    }
    // With standard error gone there is nobody left to tell.
    let _ = write!(io::stderr(), "{lines}");
}

pub(crate) fn replay(out: &mut impl Write, summary: &replay::Summary) -> io::Result<()> {
    let replay::Summary { requests, agreed, disagreed, unanswered, .. } = summary;
    writeln!(
        out,
        "{requests} requests: {agreed} answered as captured, {disagreed} otherwise, {unanswered} \
         not; {} without a captured answer",
        summary.nothing_captured
    )?;
    writeln!(
        out,
        "{} alike but for attributes; {} sent again, {} packets passed over",
        summary.attributes_differ, summary.retransmissions, summary.passed_over
    )?;
    let access_unanswered = summary.exchanges.iter().any(|exchange| {
        exchange.verdict == Verdict::Unanswered && exchange.request.starts_with("Access-Request")
    });
    if access_unanswered {
        writeln!(
            out,
            "a server drops a log-in without Message-Authenticator from a NAS that it knows to sign: \
             --sign adds one"
        )?;
    }
    if summary.captured_forged > 0 {
        writeln!(
            out,
            "{} captured answers are not signed with the captured secret: is --captured-secret \
             right?",
            summary.captured_forged
        )?;
    }
    Ok(())
}

pub(crate) fn load(out: &mut impl Write, report: &load::Report) -> io::Result<()> {
    writeln!(out, "{:.0} replies/s", report.replies_per_s)?;
    writeln!(
        out,
        "{} sent in {:.2} s: {} replies ({} accepted, {} rejected), {} lost, {} held back, {} \
         unexpected, {} refused",
        report.sent,
        report.seconds,
        report.replies,
        report.accepted,
        report.rejected,
        report.lost,
        report.held_back,
        report.unexpected,
        report.refused
    )?;
    writeln!(
        out,
        "{} verified, {} of them wrong; round trip {}; prepared requests repeated {} times",
        report.verified, report.forged, report.round_trips, report.laps
    )
}

/// A line for each second of a load.
pub(crate) struct Csv {
    path: PathBuf,
    out: BufWriter<File>,
    /// The first error, which ends the writing and is told at the end of the measurement.
    failed: Option<io::Error>,
}

impl Csv {
    pub(crate) fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        let mut out = BufWriter::new(file);
        writeln!(out, "second,sent,replies,lost,p50_us,p90_us,p99_us,p999_us,max_us")?;
        Ok(Self { path: path.to_path_buf(), out, failed: None })
    }

    pub(crate) fn second(&mut self, second: &load::Second) {
        if self.failed.is_some() {
            return;
        }
        let load::Second { number, sent, replies, lost, round_trips } = second;
        let RoundTripFigures { p50_us, p90_us, p99_us, p999_us, max_us, .. } = round_trips;
        let written = writeln!(
            self.out,
            "{number},{sent},{replies},{lost},{p50_us},{p90_us},{p99_us},{p999_us},{max_us}"
        );
        // Whoever watches the file sees each second as it ends.
        self.failed = written.and_then(|()| self.out.flush()).err();
    }

    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let told = self.failed.map_or(Ok(()), Err);
        told.with_context(|| self.path.display().to_string())
    }
}

pub(crate) fn storm(out: &mut impl Write, report: &storm::Report) -> io::Result<()> {
    writeln!(
        out,
        "{} acknowledged in {:.2} s, {} not; {} sent again, {} refused, {} unexpected, {} wrong",
        report.acknowledged,
        report.seconds,
        report.unacknowledged,
        report.retransmissions,
        report.refused,
        report.unexpected,
        report.disagreed
    )
}
