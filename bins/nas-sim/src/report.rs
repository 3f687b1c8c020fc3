//! What the program says about its work.

use std::io::{self, Write};

use nas_sim::dial::{Event, Summary};
use nas_sim::{load, storm};

/// Tells an event on standard error.
pub(crate) fn event(event: Event<'_>, quiet: bool) {
    let line = match event {
        Event::Disagreement { login, what } => format!("DISAGREEMENT {login}: {what}"),
        _ if quiet => return,
        Event::Online { login, session_id, address, grant } => {
            let address = address.map_or_else(String::new, |address| format!(" address={address}"));
            let rate =
                grant.rate_limit.map(|limit| limit.rate_bps).map_or_else(String::new, |rate| {
                    format!(" upload={} download={}", rate.upload, rate.download)
                });
            format!("online {login} session={session_id}{address}{rate}")
        }
        Event::Rejected { login, refusal } => {
            let message = refusal.message.as_deref().unwrap_or("no Reply-Message");
            let error = refusal.ms_chap_error.as_deref();
            let error = error.map_or_else(String::new, |error| format!(" ({error})"));
            format!("rejected {login}: {message}{error}")
        }
        Event::Unanswered { login } => format!("unanswered {login}"),
        Event::Offline { login, terminate_cause } => {
            format!("offline {login} cause={terminate_cause}")
        }
        Event::HangingUp => "hanging up".to_owned(),
    };
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{line}");
}

pub(crate) fn dial(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let Summary { dialled, accepted, rejected, unanswered, .. } = summary;
    writeln!(
        out,
        "logins      {dialled} dialled: {accepted} accepted, {rejected} rejected, {unanswered} \
         unanswered"
    )?;
    let Summary { starts, interims, stops, unacknowledged, .. } = summary;
    writeln!(
        out,
        "accounting  {starts} starts, {interims} interim updates, {stops} stops acknowledged; \
         {unacknowledged} sessions left unacknowledged"
    )?;
    writeln!(out, "round trip  logins {}", summary.authentication)?;
    writeln!(out, "            records {}", summary.accounting)?;
    let Summary { retransmissions, refused, unexpected, disagreed, .. } = summary;
    writeln!(
        out,
        "network     {retransmissions} sent again, {refused} refused, {unexpected} unexpected"
    )?;
    writeln!(out, "replies     {disagreed} in disagreement")
}

pub(crate) fn load(out: &mut impl Write, report: &load::Report) -> io::Result<()> {
    writeln!(out, "{:.0} replies/s", report.replies_per_s)?;
    writeln!(
        out,
        "{} sent in {:.2} s: {} replies ({} accepted, {} rejected), {} lost, {} unexpected, {} \
         refused",
        report.sent,
        report.seconds,
        report.replies,
        report.accepted,
        report.rejected,
        report.lost,
        report.unexpected,
        report.refused
    )?;
    writeln!(
        out,
        "{} verified, {} of them wrong; round trip {}; prepared requests repeated {} times",
        report.verified, report.forged, report.round_trips, report.laps
    )
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
