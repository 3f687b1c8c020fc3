//! What a plan can be told, and the terms that come of it.

use core::num::NonZeroU16;
use std::sync::Arc;

use aaa_engine::INTERIM_INTERVAL_MIN_S;
use anyhow::bail;
use clap::{Args, ValueEnum};
use entitlement::{
    BitsPerSecond, Burst, Cause, DeviceBinding, Hours, HoursError, PlannedService,
    PlannedServiceError, Priority, Quarantine, SessionLimit, Shaping, Speed, Terms, WhenFull,
    WhenWithheld,
};

use super::quotas::{self, QuotaOption, TierOption};
use crate::units::{self, Setting};

/// What both can be told; `none` takes a value away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub(super) struct TermsOptions {
    /// Speed towards the subscriber, for example 10M, or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    download: Option<Setting<BitsPerSecond>>,
    /// Speed from the subscriber, for example 2M, or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    upload: Option<Setting<BitsPerSecond>>,
    /// Speed towards the subscriber for a while, or none; a burst needs all six of its options.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    burst_download: Option<Setting<BitsPerSecond>>,
    /// Speed from the subscriber for a while, or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    burst_upload: Option<Setting<BitsPerSecond>>,
    /// The average that ends the burst towards the subscriber, or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    threshold_download: Option<Setting<BitsPerSecond>>,
    /// The average that ends the burst from the subscriber, or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    threshold_upload: Option<Setting<BitsPerSecond>>,
    /// The time over which that average is taken, for example 10s, or none.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    burst_time: Option<Setting<u32>>,
    /// What is kept free towards the subscriber (CIR), or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    minimum_download: Option<Setting<BitsPerSecond>>,
    /// What is kept free from the subscriber (CIR), or none.
    #[arg(long, value_name = "RATE", value_parser = rate_setting)]
    minimum_upload: Option<Setting<BitsPerSecond>>,
    /// Who comes first when there is not enough, from 1 to 8, or none.
    #[arg(long, value_name = "NUMBER", value_parser = priority_setting)]
    priority: Option<Setting<Priority>>,
    /// The pool that addresses come from, of `weir pool` or on the NAS, or none.
    #[arg(long, value_name = "POOL", value_parser = name_setting)]
    pool: Option<Setting<Arc<str>>>,
    /// The pool that the IPv6 prefix of the link comes from, likewise, or none.
    #[arg(long, value_name = "POOL", value_parser = name_setting)]
    ipv6_pool: Option<Setting<Arc<str>>>,
    /// The pool that the delegated IPv6 prefix comes from, likewise, or none.
    #[arg(long, value_name = "POOL", value_parser = name_setting)]
    delegated_ipv6_pool: Option<Setting<Arc<str>>>,
    /// The address list on the NAS that sessions in good standing are put on, or none.
    #[arg(long, value_name = "LIST", value_parser = name_setting)]
    address_list: Option<Setting<Arc<str>>>,
    /// The mark or virtual router by which the NAS routes the sessions, or none.
    #[arg(long, value_name = "MARK", value_parser = name_setting)]
    routing_mark: Option<Setting<Arc<str>>>,
    /// The group or profile on the NAS; for log-ins to a router, its user group; or none.
    #[arg(long, value_name = "GROUP", value_parser = name_setting)]
    group: Option<Setting<Arc<str>>>,
    /// How many sessions one service may have at a time, or none for any number. The NAS must send
    /// accounting: without, a log-in counts for a minute. A station has one session at a NAS.
    #[arg(long, value_name = "NUMBER", value_parser = count_setting)]
    sessions: Option<Setting<NonZeroU16>>,
    /// What becomes of a log-in beyond them [default: reject].
    #[arg(long, value_name = "WHAT")]
    when_full: Option<Full>,
    /// From which devices it may be used: any, listed, or learn:2 for the first two.
    #[arg(long, value_name = "WHICH", value_parser = parse_devices)]
    devices: Option<DeviceBinding>,
    /// Longest time of one session, for example 24h, or none.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    session_timeout: Option<Setting<u32>>,
    /// How long a session may be idle, for example 5m, or none.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    idle_timeout: Option<Setting<u32>>,
    /// How often usage is reported, 60s or more, or none; running sessions keep what they were told.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    interim_interval: Option<Setting<u32>>,
    /// When it may be used, for example "mon-fri 08:00-18:00, sat 09:00-13:00" on the tenant's
    /// clock, or none for always.
    #[arg(long, value_name = "HOURS", value_parser = hours_setting)]
    hours: Option<Setting<Hours>>,
    /// How much data a service may transfer, for example
    /// name=monthly,window=month,allowance=500GB,direction=both,free="01:00-06:00"; the window is
    /// session, day, week, month or cycle, the direction both, download or upload, and what is
    /// free or zero-rated=FROM..UNTIL is not counted. monthly=none takes it away, none all.
    #[arg(long, value_name = "QUOTA", value_parser = quotas::parse_quota)]
    quota: Vec<QuotaOption>,
    /// What becomes of a service at which part of a quota: monthly:80%=notify,
    /// monthly:100%=2M/2M (upload and download), monthly:150%=quarantine, or monthly:80%=none.
    #[arg(long, value_name = "QUOTA:PERCENT=WHAT", value_parser = quotas::parse_tier)]
    tier: Vec<TierOption>,
    /// What an expired or suspended service gets when it logs in.
    #[arg(long, value_name = "WHAT")]
    when_withheld: Option<Withheld>,
    /// The pool that quarantined addresses come from, of `weir pool` or on the NAS, or none.
    #[arg(long, value_name = "POOL", value_parser = name_setting)]
    quarantine_pool: Option<Setting<Arc<str>>>,
    /// The address list on the NAS that quarantined addresses are put on, or none.
    #[arg(long, value_name = "LIST", value_parser = name_setting)]
    quarantine_address_list: Option<Setting<Arc<str>>>,
    /// How long a quarantined session lasts, for example 5m.
    #[arg(long, value_name = "SPAN", value_parser = units::parse_span_s)]
    quarantine_session_timeout: Option<u32>,
    /// What a service gets that is withheld for one reason (not_yet_valid, expired, suspended,
    /// outside_hours, device, quota, wallet): suspended=reject, or
    /// device=quarantine,list:strangers,pool:far,10m, or expired=none for what all others get.
    #[arg(long, value_name = "REASON=WHAT", value_parser = parse_withheld_for)]
    when_withheld_for: Vec<(Cause, Setting<WhenWithheld>)>,
    /// A service of the NAS (see `weir service-template`) that sessions in good standing have:
    /// 'tiered({upload}, {download})', with the plan's rates in the places of the braces; or none.
    /// Repeat it for more; those given take the place of all that the plan had.
    #[arg(long, value_name = "SERVICE", value_parser = service_setting)]
    service: Vec<Setting<PlannedService>>,
}

/// How `--when-full` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Full {
    /// It is refused.
    Reject,
    /// It is accepted in place of the session that has lasted longest. Until Weir can end sessions
    /// on NASes, the NAS must end that one, as RouterOS does with "only one".
    ReplaceOldest,
}

/// How `--when-withheld` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Withheld {
    /// Accepted into a place from which the payment page can be reached.
    Quarantine,
    /// Refused.
    Reject,
}

fn rate_setting(text: &str) -> Result<Setting<BitsPerSecond>, String> {
    units::parse_setting(text, units::parse_rate)
}

fn priority_setting(text: &str) -> Result<Setting<Priority>, String> {
    units::parse_setting(text, |text| {
        let number = text.parse().ok().and_then(Priority::new);
        number.ok_or_else(|| format!("`{text}` is no priority; it is a number from 1 to 8"))
    })
}

fn count_setting(text: &str) -> Result<Setting<NonZeroU16>, String> {
    units::parse_setting(text, parse_count)
}

fn parse_count(text: &str) -> Result<NonZeroU16, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number from 1 to {}", u16::MAX))
}

fn parse_devices(text: &str) -> Result<DeviceBinding, String> {
    match (text, text.split_once(':')) {
        ("any", _) => Ok(DeviceBinding::Any),
        ("listed", _) => Ok(DeviceBinding::Listed),
        (_, Some(("learn", max))) => Ok(DeviceBinding::Learn { max: parse_count(max)? }),
        _ => Err(format!("`{text}` is none of any, listed and learn:NUMBER")),
    }
}

fn parse_withheld_for(text: &str) -> Result<(Cause, Setting<WhenWithheld>), String> {
    let (cause, what) = text.split_once('=').ok_or("write REASON=WHAT, as suspended=reject")?;
    let cause = Cause::from_code(cause).ok_or_else(|| {
        let known: Vec<_> = Cause::ALL.into_iter().map(Cause::code).collect();
        format!("`{cause}` is no reason; there are {}", known.join(", "))
    })?;
    let mut words = what.split(',');
    let when = match words.next() {
        Some("none") => Setting::None,
        Some("reject") => Setting::To(WhenWithheld::Reject),
        Some("quarantine") => {
            let Quarantine { session_timeout_s, .. } = Quarantine::default();
            let mut quarantine = Quarantine { pool: None, address_list: None, session_timeout_s };
            for word in words.by_ref() {
                match word.split_once(':') {
                    Some(("pool", name)) if !name.is_empty() => quarantine.pool = Some(name.into()),
                    Some(("list", name)) if !name.is_empty() => {
                        quarantine.address_list = Some(name.into());
                    }
                    _ => quarantine.session_timeout_s = units::parse_span_s(word)?,
                }
            }
            if quarantine.pool.is_none() && quarantine.address_list.is_none() {
                return Err("a quarantine needs list:NAME or pool:NAME, or nothing keeps it".into());
            }
            if quarantine.session_timeout_s == 0 {
                return Err("a quarantine of 0 s would end every session at once".into());
            }
            Setting::To(WhenWithheld::Quarantine(quarantine))
        }
        _ => return Err(format!("`{what}` is none of reject, none and quarantine,list:NAME")),
    };
    match words.next() {
        None => Ok((cause, when)),
        Some(word) => Err(format!("`{word}` is too much")),
    }
}

fn span_setting(text: &str) -> Result<Setting<u32>, String> {
    units::parse_setting(text, units::parse_span_s)
}

fn hours_setting(text: &str) -> Result<Setting<Hours>, String> {
    units::parse_setting(text, |text| text.parse().map_err(|error: HoursError| error.to_string()))
}

fn name_setting(text: &str) -> Result<Setting<Arc<str>>, String> {
    units::parse_setting(text, |name| match name {
        "" => Err("a name is missing; write none to take it away".to_owned()),
        name => Ok(Arc::from(name)),
    })
}

fn service_setting(text: &str) -> Result<Setting<PlannedService>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|error: PlannedServiceError| error.to_string())
    })
}

/// `terms` with what the options say.
pub(super) fn applied(options: TermsOptions, mut terms: Terms) -> anyhow::Result<Terms> {
    terms.speed =
        speed(["--download", "--upload"], [options.download, options.upload], terms.speed)?;
    terms.shaping = shaping(&options, terms.shaping)?;
    if let Some(problem) = terms.shaping.problem(terms.speed) {
        bail!("{problem}");
    }
    for (option, name) in [
        (options.pool, &mut terms.pool),
        (options.ipv6_pool, &mut terms.ipv6_pool),
        (options.delegated_ipv6_pool, &mut terms.delegated_ipv6_pool),
        (options.address_list, &mut terms.address_list),
        (options.routing_mark, &mut terms.routing_mark),
        (options.group, &mut terms.group),
    ] {
        if let Some(option) = option {
            *name = option.into_option();
        }
    }
    quotas::apply(options.quota, options.tier, &mut terms)?;
    terms.session_limit = session_limit(options.sessions, options.when_full, terms.session_limit)?;
    if let Some(devices) = options.devices {
        terms.devices = devices;
    }
    for (cause, when) in options.when_withheld_for {
        terms.when_withheld_for.retain(|(other, _)| *other != cause);
        terms.when_withheld_for.extend(when.into_option().map(|when| (cause, when)));
    }
    if !options.service.is_empty() {
        let services = options.service.into_iter();
        terms.services = services.filter_map(Setting::into_option).collect();
    }
    if let Some(timeout) = options.session_timeout {
        terms.session_timeout_s = timeout.into_option();
    }
    if let Some(timeout) = options.idle_timeout {
        terms.idle_timeout_s = timeout.into_option();
    }
    if let Some(interval) = options.interim_interval {
        terms.interim_interval_s = interval.into_option();
    }
    if let Some(hours) = options.hours {
        terms.hours = hours.into_option();
    }
    if terms.interim_interval_s.is_some_and(|interval_s| interval_s < INTERIM_INTERVAL_MIN_S) {
        bail!(
            "--interim-interval must be {INTERIM_INTERVAL_MIN_S}s at least (RFC 2869 section 5.16)"
        );
    }
    let timeouts = [
        ("--session-timeout", terms.session_timeout_s),
        ("--idle-timeout", terms.idle_timeout_s),
        ("--quarantine-session-timeout", options.quarantine_session_timeout),
    ];
    if let Some((name, _)) = timeouts.iter().find(|(_, timeout_s)| *timeout_s == Some(0)) {
        bail!("{name} 0 would end every session at once; write none for no limit");
    }
    terms.when_withheld = when_withheld(
        options.when_withheld,
        options.quarantine_pool,
        options.quarantine_address_list,
        options.quarantine_session_timeout,
        terms.when_withheld,
    )?;
    Ok(terms)
}

/// A pair of rates; a NAS is told both or neither.
fn speed(
    [down_name, up_name]: [&str; 2],
    [download, upload]: [Option<Setting<BitsPerSecond>>; 2],
    current: Option<Speed>,
) -> anyhow::Result<Option<Speed>> {
    let download = download.map_or(current.map(|speed| speed.download), Setting::into_option);
    let upload = upload.map_or(current.map(|speed| speed.upload), Setting::into_option);
    match (download, upload) {
        (Some(download), Some(upload)) => Ok(Some(Speed { download, upload })),
        (None, None) => Ok(None),
        (Some(_), None) => bail!("{down_name} needs {up_name} too: a NAS is told both or neither"),
        (None, Some(_)) => bail!("{up_name} needs {down_name} too: a NAS is told both or neither"),
    }
}

fn shaping(options: &TermsOptions, current: Shaping) -> anyhow::Result<Shaping> {
    let burst = speed(
        ["--burst-download", "--burst-upload"],
        [options.burst_download, options.burst_upload],
        current.burst.map(|burst| burst.speed),
    )?;
    let threshold = speed(
        ["--threshold-download", "--threshold-upload"],
        [options.threshold_download, options.threshold_upload],
        current.burst.map(|burst| burst.threshold),
    )?;
    let time_s = options.burst_time.map_or(current.burst.map(|b| b.time_s), Setting::into_option);
    let burst = match (burst, threshold, time_s) {
        (None, None, None) => None,
        (Some(speed), Some(threshold), Some(time_s)) => Some(Burst { speed, threshold, time_s }),
        _ => bail!(
            "a burst has a speed, a threshold and a time: --burst-download, --burst-upload, \
             --threshold-download, --threshold-upload and --burst-time, or none for each"
        ),
    };
    let minimum = speed(
        ["--minimum-download", "--minimum-upload"],
        [options.minimum_download, options.minimum_upload],
        current.minimum,
    )?;
    let priority = options.priority.map_or(current.priority, Setting::into_option);
    Ok(Shaping { burst, minimum, priority })
}

fn session_limit(
    max: Option<Setting<NonZeroU16>>,
    when_full: Option<Full>,
    current: Option<SessionLimit>,
) -> anyhow::Result<Option<SessionLimit>> {
    let when_full = when_full.map(|when| match when {
        Full::Reject => WhenFull::Reject,
        Full::ReplaceOldest => WhenFull::ReplaceOldest,
    });
    let max = max.map_or(current.map(|limit| limit.max), Setting::into_option);
    match (max, when_full) {
        (None, Some(_)) => bail!("--when-full has no meaning without --sessions"),
        (None, None) => Ok(None),
        (Some(max), when_full) => {
            let when_full = when_full.or(current.map(|limit| limit.when_full)).unwrap_or_default();
            Ok(Some(SessionLimit { max, when_full }))
        }
    }
}

fn when_withheld(
    what: Option<Withheld>,
    pool: Option<Setting<Arc<str>>>,
    address_list: Option<Setting<Arc<str>>>,
    session_timeout_s: Option<u32>,
    current: WhenWithheld,
) -> anyhow::Result<WhenWithheld> {
    let says_quarantine = pool.is_some() || address_list.is_some() || session_timeout_s.is_some();
    let mut quarantine = match (what, current) {
        (Some(Withheld::Reject), _) | (None, WhenWithheld::Reject) => {
            if says_quarantine {
                bail!(
                    "--quarantine-… has no meaning while --when-withheld is reject; add --when-withheld quarantine"
                );
            }
            return Ok(WhenWithheld::Reject);
        }
        (_, WhenWithheld::Quarantine(quarantine)) => quarantine,
        (Some(Withheld::Quarantine), WhenWithheld::Reject) => Quarantine::default(),
    };
    if let Some(pool) = pool {
        quarantine.pool = pool.into_option();
    }
    if let Some(list) = address_list {
        quarantine.address_list = list.into_option();
    }
    if let Some(timeout_s) = session_timeout_s {
        quarantine.session_timeout_s = timeout_s;
    }
    Ok(WhenWithheld::Quarantine(quarantine))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEED: Speed =
        Speed { download: BitsPerSecond(10_000_000), upload: BitsPerSecond(2_000_000) };

    #[test]
    fn one_direction_alone_is_refused_unless_the_other_is_known() {
        let download = Some(Setting::To(BitsPerSecond(5_000_000)));
        let names = ["--download", "--upload"];
        assert!(speed(names, [download, None], None).is_err());
        let changed = speed(names, [download, None], Some(SPEED)).unwrap().unwrap();
        assert_eq!(changed, Speed { download: BitsPerSecond(5_000_000), ..SPEED });
        assert!(speed(names, [Some(Setting::None), None], Some(SPEED)).is_err());
        let open = speed(names, [Some(Setting::None), Some(Setting::None)], Some(SPEED)).unwrap();
        assert_eq!(open, None);
    }

    #[test]
    fn quarantine_settings_need_quarantine() {
        let list = || Some(Setting::To(Arc::from("unpaid")));
        let refused = when_withheld(None, None, list(), None, WhenWithheld::Reject);
        assert!(refused.unwrap_err().to_string().contains("--when-withheld quarantine"));
        let asked = Some(Withheld::Quarantine);
        let set = when_withheld(asked, None, list(), None, WhenWithheld::Reject).unwrap();
        let WhenWithheld::Quarantine(quarantine) = set else { panic!("{set:?}") };
        assert_eq!(quarantine.address_list.as_deref(), Some("unpaid"));
    }

    #[test]
    fn an_interim_interval_below_a_minute_is_refused() {
        let options =
            TermsOptions { interim_interval: Some(Setting::To(30)), ..TermsOptions::default() };
        let error = applied(options, Terms::default()).unwrap_err().to_string();
        assert!(error.contains("60s"), "{error}");
    }

    #[test]
    fn what_is_not_named_stays() {
        let terms = Terms { speed: Some(SPEED), pool: Some("home".into()), ..Terms::default() };
        let options =
            TermsOptions { session_timeout: Some(Setting::To(60)), ..TermsOptions::default() };
        let changed = applied(options, terms.clone()).unwrap();
        assert_eq!(changed, Terms { session_timeout_s: Some(60), ..terms });
    }

    #[test]
    fn a_burst_is_whole_or_refused() {
        let rate = |bps| Some(Setting::To(BitsPerSecond(bps)));
        let half = TermsOptions {
            download: rate(10_000_000),
            upload: rate(2_000_000),
            burst_download: rate(20_000_000),
            burst_upload: rate(4_000_000),
            ..TermsOptions::default()
        };
        let error = applied(half.clone(), Terms::default()).unwrap_err().to_string();
        assert!(error.contains("--burst-time"), "{error}");
        let whole = TermsOptions {
            threshold_download: rate(7_500_000),
            threshold_upload: rate(1_500_000),
            burst_time: Some(Setting::To(10)),
            ..half
        };
        let terms = applied(whole.clone(), Terms::default()).unwrap();
        assert_eq!(terms.shaping.burst.unwrap().time_s, 10);
        let slow = TermsOptions { burst_download: rate(1_000_000), ..whole };
        let error = applied(slow, Terms::default()).unwrap_err().to_string();
        assert!(error.contains("slower than the speed"), "{error}");
    }

    #[test]
    fn reasons_have_places_of_their_own() {
        let (cause, when) = parse_withheld_for("device=quarantine,list:strangers,10m").unwrap();
        assert_eq!(cause, Cause::Device);
        let Setting::To(WhenWithheld::Quarantine(quarantine)) = when else { panic!("{when:?}") };
        assert_eq!(quarantine.address_list.as_deref(), Some("strangers"));
        assert_eq!(quarantine.session_timeout_s, 600);
        assert_eq!(parse_withheld_for("expired=none").unwrap().1, Setting::None);
        for wrong in [
            "expired",
            "late=reject",
            "expired=quarantine",
            "expired=reject,5m",
            "expired=quarantine,list:x,0s",
        ] {
            assert!(parse_withheld_for(wrong).is_err(), "{wrong}");
        }
    }
}
