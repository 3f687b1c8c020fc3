//! What a plan can be told about data and time online: `--quota` and `--tier`.

use core::num::NonZeroU64;
use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::bail;
use entitlement::{
    Allowance, Amount, AmountError, Direction, Hours, HoursError, Octets, OctetsError, OnlineTime,
    Quota, QuotaError, Stretch, Terms, Tier, TierAction, Window,
};
use serde_json::json;

use crate::units::{self, Setting};

/// One `--quota`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum QuotaOption {
    /// All of them go.
    None,
    /// This one goes.
    Remove(Arc<str>),
    /// This one is made or changed.
    Set(QuotaChange),
}

/// What is said about a quota; the rest stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct QuotaChange {
    name: Arc<str>,
    window: Option<Window>,
    direction: Option<Direction>,
    allowance: Option<Amount>,
    free: Option<Setting<Hours>>,
    zero_rated: Option<Vec<Stretch>>,
}

/// One `--tier`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TierOption {
    quota: Arc<str>,
    percent: u32,
    action: Setting<TierAction>,
}

/// Reads `name=monthly,window=month,allowance=500GB,direction=both,free="01:00-06:00"`,
/// `name=online,window=month,allowance=20h`, `monthly=none` or `none`.
pub(super) fn parse_quota(text: &str) -> Result<QuotaOption, String> {
    if text == "none" {
        return Ok(QuotaOption::None);
    }
    let mut change = QuotaChange::default();
    for part in parts(text)? {
        let (key, value) = part.split_once('=').ok_or_else(|| {
            format!(
                "`{part}` is no part of a quota; write name=monthly,window=month,allowance=500GB, \
                 or monthly=none to take it away"
            )
        })?;
        let value = unquoted(value);
        match key {
            "name" => change.name = Arc::from(value),
            "window" => change.window = Some(parse_window(value)?),
            "direction" => change.direction = Some(parse_direction(value)?),
            "allowance" => change.allowance = Some(parse_allowance(value)?),
            "free" => change.free = Some(units::parse_setting(value, parse_free)?),
            "zero-rated" => {
                let stretches = change.zero_rated.get_or_insert_default();
                if value != "none" {
                    stretches.push(parse_stretch(value)?);
                }
            }
            name if value == "none" && part == text => {
                return Ok(QuotaOption::Remove(Arc::from(name)));
            }
            _ => {
                return Err(format!(
                    "`{key}` is no part of a quota; there are name, window, allowance, direction, \
                     free and zero-rated"
                ));
            }
        }
    }
    if change.name.is_empty() {
        return Err("a quota has a name: write name=monthly".to_owned());
    }
    Ok(QuotaOption::Set(change))
}

/// The parts between commas that are not in quotes.
fn parts(text: &str) -> Result<Vec<&str>, String> {
    let mut is_quoted = false;
    let mut between = |c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    };
    let parts = text.split(&mut between).map(str::trim).collect();
    if is_quoted { Err(format!("a quote is not closed in `{text}`")) } else { Ok(parts) }
}

fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inner.unwrap_or(value)
}

fn parse_window(text: &str) -> Result<Window, String> {
    Window::from_code(text).ok_or_else(|| {
        let known = Window::ALL.map(Window::code).join(", ");
        format!("`{text}` is no window; there are {known}")
    })
}

fn parse_direction(text: &str) -> Result<Direction, String> {
    Direction::from_code(text).ok_or_else(|| {
        let known = Direction::ALL.map(Direction::code).join(", ");
        format!("`{text}` is no direction; there are {known}")
    })
}

/// Reads an amount of data or of time online: `500GB`, `20h`.
fn parse_allowance(text: &str) -> Result<Amount, String> {
    text.parse().map_err(|error: AmountError| error.to_string())
}

/// Reads a time online that is not nothing: `20h`.
pub(in crate::cli) fn parse_online(text: &str) -> Result<OnlineTime, String> {
    let time: OnlineTime = text.parse().map_err(|error: AmountError| error.to_string())?;
    if time.0 == 0 {
        return Err(format!("`{text}` is nothing; write for example 20h"));
    }
    Ok(time)
}

/// Reads an amount of data that is not nothing: `500GB`.
pub(in crate::cli) fn parse_amount(text: &str) -> Result<NonZeroU64, String> {
    let Octets(octets) = text.parse().map_err(|error: OctetsError| error.to_string())?;
    NonZeroU64::new(octets).ok_or_else(|| format!("`{text}` is nothing; write for example 500GB"))
}

/// Hours, in which a time without days is of every day.
fn parse_free(text: &str) -> Result<Hours, String> {
    let rules: Vec<_> = text
        .split(',')
        .map(str::trim)
        .map(|rule| {
            let is_time = rule.starts_with(|c: char| c.is_ascii_digit());
            if is_time { format!("daily {rule}") } else { rule.to_owned() }
        })
        .collect();
    rules.join(", ").parse().map_err(|error: HoursError| error.to_string())
}

fn parse_stretch(text: &str) -> Result<Stretch, String> {
    let (from, until) = text.split_once("..").ok_or_else(|| {
        format!("`{text}` is no stretch of time; write 2026-12-25..2026-12-27 (UTC) or RFC 3339")
    })?;
    Ok(Stretch { from: units::parse_when(from)?, until: units::parse_when(until)? })
}

/// Reads `monthly:80%=notify`, `monthly:100%=2M/2M`, `monthly:150%=quarantine` or
/// `monthly:80%=none`.
pub(super) fn parse_tier(text: &str) -> Result<TierOption, String> {
    let wrong = || {
        format!(
            "`{text}` is no tier; write monthly:80%=notify, monthly:100%=2M/2M (upload and \
             download), monthly:150%=quarantine, or monthly:80%=none to take it away"
        )
    };
    let (place, action) = text.split_once('=').ok_or_else(wrong)?;
    let (quota, percent) = place.split_once(':').ok_or_else(wrong)?;
    let percent = percent.strip_suffix('%').unwrap_or(percent);
    let percent = percent.parse().map_err(|_| wrong())?;
    let action = match action {
        "none" => Setting::None,
        "notify" => Setting::To(TierAction::Notify),
        "quarantine" => Setting::To(TierAction::Quarantine),
        speed => match units::parse_speed(speed) {
            Ok(speed) => Setting::To(TierAction::Throttle(speed)),
            Err(_) if !speed.starts_with(|c: char| c.is_ascii_digit()) => return Err(wrong()),
            Err(error) => return Err(error),
        },
    };
    Ok(TierOption { quota: Arc::from(quota), percent, action })
}

/// Changes the quotas of `terms`.
pub(super) fn apply(
    quotas: Vec<QuotaOption>,
    tiers: Vec<TierOption>,
    terms: &mut Terms,
) -> anyhow::Result<()> {
    for option in quotas {
        match option {
            QuotaOption::None => terms.quotas.clear(),
            QuotaOption::Remove(name) => {
                let known = position(terms, &name)?;
                terms.quotas.remove(known);
            }
            QuotaOption::Set(change) => set(change, terms)?,
        }
    }
    for (index, tier) in tiers.iter().enumerate() {
        let TierOption { quota, percent, .. } = tier;
        let is_same = |other: &TierOption| other.quota == *quota && other.percent == *percent;
        if tiers.iter().take(index).any(is_same) {
            bail!("two tiers of the quota `{quota}` are at {percent} %; each is at its own");
        }
    }
    for TierOption { quota, percent, action } in tiers {
        let known = position(terms, &quota)?;
        let Some(quota) = terms.quotas.get_mut(known) else { continue };
        quota.tiers.retain(|tier| tier.percent != percent);
        quota.tiers.extend(action.into_option().map(|action| Tier { percent, action }));
        quota.tiers.sort_by_key(|tier| tier.percent);
    }
    Quota::check_all(&terms.quotas, terms.speed).map_err(|error: QuotaError| error.into())
}

fn position(terms: &Terms, name: &str) -> anyhow::Result<usize> {
    if let Some(known) = terms.quotas.iter().position(|quota| &*quota.name == name) {
        return Ok(known);
    }
    let known: Vec<_> = terms.quotas.iter().map(|quota| format!("`{}`", quota.name)).collect();
    if known.is_empty() {
        bail!("the plan has no quota; make one with --quota name={name},window=…,allowance=…");
    }
    bail!("the plan has no quota `{name}`; it has {}", known.join(", "))
}

fn set(change: QuotaChange, terms: &mut Terms) -> anyhow::Result<()> {
    let QuotaChange { name, window, direction, allowance, free, zero_rated } = change;
    let known = terms.quotas.iter().position(|quota| quota.name == name);
    let Some(quota) = known.and_then(|known| terms.quotas.get_mut(known)) else {
        let (Some(window), Some(amount)) = (window, allowance) else {
            bail!("the quota `{name}` is new: it needs window=month and allowance=500GB, or others")
        };
        let allowance = allowance_of(&name, amount, direction, None)?;
        terms.quotas.push(Quota {
            name,
            window,
            allowance,
            free: free.and_then(Setting::into_option),
            zero_rated: zero_rated.unwrap_or_default(),
            tiers: Vec::new(),
        });
        return Ok(());
    };
    quota.window = window.unwrap_or(quota.window);
    let amount = allowance.unwrap_or_else(|| quota.amount());
    quota.allowance = allowance_of(&quota.name, amount, direction, Some(quota.allowance))?;
    if let Some(free) = free {
        quota.free = free.into_option();
    }
    if let Some(zero_rated) = zero_rated {
        quota.zero_rated = zero_rated;
    }
    Ok(())
}

/// So much of what, of the direction that was said, or was before.
fn allowance_of(
    name: &str,
    amount: Amount,
    direction: Option<Direction>,
    before: Option<Allowance>,
) -> anyhow::Result<Allowance> {
    match (amount, direction, before) {
        (Amount::Data(octets), None, Some(Allowance::Data { direction, .. })) => {
            Ok(Allowance::Data { octets, direction })
        }
        (Amount::Data(octets), direction, _) => {
            Ok(Allowance::Data { octets, direction: direction.unwrap_or_default() })
        }
        (Amount::Online(time), None, _) => Ok(Allowance::Online(time)),
        (Amount::Online(_), Some(_), _) => {
            bail!("the quota `{name}` is of time online, which has no direction")
        }
    }
}

/// A quota for people: `monthly: 500GB a month, 80% notify, 100% 2M/2M`.
pub(super) fn in_words(quota: &Quota) -> String {
    let per = match quota.window {
        Window::Session => "session",
        Window::Day => "day",
        Window::Week => "week",
        Window::Month => "month",
        Window::Cycle => "billing cycle",
    };
    let mut words = format!("{}: {} a {per}", quota.name, quota.amount());
    // Writing into a text cannot fail.
    let _ = match quota.allowance {
        Allowance::Data { direction: Direction::Both, .. } => Ok(()),
        Allowance::Data { direction, .. } => write!(words, " of {}", direction.code()),
        Allowance::Online(_) => write!(words, " online"),
    };
    if let Some(free) = &quota.free {
        let _ = write!(words, ", free {free}");
    }
    for stretch in &quota.zero_rated {
        let (from, until) = (units::when(stretch.from), units::when(stretch.until));
        let _ = write!(words, ", zero-rated {from} to {until}");
    }
    for tier in &quota.tiers {
        let _ = match tier.action {
            TierAction::Notify => write!(words, ", {}% notify", tier.percent),
            TierAction::Throttle(speed) => write!(words, ", {}% {speed}", tier.percent),
            TierAction::Quarantine => write!(words, ", {}% quarantine", tier.percent),
        };
    }
    words
}

/// A quota for machines.
pub(super) fn as_value(quota: &Quota) -> serde_json::Value {
    let zero_rated = quota.zero_rated.iter().map(|stretch| {
        json!({"from": units::rfc3339(stretch.from), "until": units::rfc3339(stretch.until)})
    });
    let (octets, direction, online_s) = match quota.allowance {
        Allowance::Data { octets, direction } => (Some(octets.0), Some(direction), None),
        Allowance::Online(time) => (None, None, Some(time.0)),
    };
    let tiers = quota.tiers.iter().map(|tier| {
        let mut value = json!({"percent": tier.percent, "action": tier.action.code()});
        if let TierAction::Throttle(speed) = tier.action {
            value["download_bps"] = json!(speed.download.0);
            value["upload_bps"] = json!(speed.upload.0);
        }
        value
    });
    json!({
        "name": &*quota.name,
        "window": quota.window.code(),
        "direction": direction.map(Direction::code),
        "allowance_octets": octets,
        "allowance_online_s": online_s,
        "free": quota.free.as_ref().map(ToString::to_string),
        "zero_rated": zero_rated.collect::<Vec<_>>(),
        "tiers": tiers.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(quotas: &[&str], tiers: &[&str], mut terms: Terms) -> anyhow::Result<Terms> {
        let quotas = quotas.iter().map(|text| parse_quota(text).unwrap()).collect();
        let tiers = tiers.iter().map(|text| parse_tier(text).unwrap()).collect();
        apply(quotas, tiers, &mut terms)?;
        Ok(terms)
    }

    #[test]
    fn a_quota_is_made_changed_and_taken_away() {
        let terms = applied(
            &[
                r#"name=monthly,window=month,allowance=500GB,direction=both,free="01:00-06:00, sun 08:00-10:00""#,
                "name=day,window=day,allowance=1.5GiB,zero-rated=2026-12-25..2026-12-27",
            ],
            &["monthly:150%=quarantine", "monthly:80%=notify", "monthly:100%=2M/4M"],
            Terms::default(),
        )
        .unwrap();
        let words: Vec<_> = terms.quotas.iter().map(in_words).collect();
        assert_eq!(
            words,
            [
                "monthly: 500GB a month, free daily 01:00-06:00, sun 08:00-10:00, 80% notify, \
                 100% 2M/4M, 150% quarantine",
                "day: 1536MiB a day, zero-rated 2026-12-25 to 2026-12-27",
            ]
        );
        let terms = applied(
            &["name=monthly,allowance=1TB,direction=download,free=none", "day=none"],
            &["monthly:100%=none"],
            terms,
        )
        .unwrap();
        let words: Vec<_> = terms.quotas.iter().map(in_words).collect();
        assert_eq!(words, ["monthly: 1TB a month of download, 80% notify, 150% quarantine"]);
        assert_eq!(applied(&["none"], &[], terms).unwrap(), Terms::default());
    }

    #[test]
    fn a_quota_of_time_is_told_by_its_unit() {
        let terms = applied(
            &["name=online,window=month,allowance=20h"],
            &["online:80%=notify", "online:100%=quarantine"],
            Terms::default(),
        )
        .unwrap();
        let words = in_words(&terms.quotas[0]);
        assert_eq!(words, "online: 20h a month online, 80% notify, 100% quarantine");
        assert_eq!(as_value(&terms.quotas[0])["allowance_online_s"], 72_000);
        let refused = applied(&["name=online,direction=download"], &[], terms.clone()).unwrap_err();
        assert!(refused.to_string().contains("has no direction"), "{refused}");
        let refused = applied(&["name=online,allowance=0s"], &[], terms.clone()).unwrap_err();
        assert!(refused.to_string().contains("always reached"), "{refused}");
        let set = ["name=online,allowance=0s"];
        let terms = applied(&set, &["online:80%=none"], terms).unwrap();
        assert_eq!(in_words(&terms.quotas[0]), "online: 0s a month online, 100% quarantine");
        // What it counts can be changed.
        let set = ["name=online,allowance=5GB,direction=upload"];
        let terms = applied(&set, &[], terms).unwrap();
        assert_eq!(in_words(&terms.quotas[0]), "online: 5GB a month of upload, 100% quarantine");
    }

    #[test]
    fn what_cannot_be_read_is_told_what_can() {
        for (text, words) in [
            ("monthly", "monthly=none"),
            ("name=x,window=year,allowance=1GB", "session, day, week, month, cycle"),
            ("name=x,direction=down", "both, download, upload"),
            ("name=x,allowance=500", "500GB"),
            ("name=x,allowance=20", "20h"),
            ("name=x,free=1-6", "00:00 to 24:00"),
            ("name=x,zero-rated=2026-12-25", "2026-12-25..2026-12-27"),
            ("name=x,size=1GB", "zero-rated"),
            ("window=day,allowance=1GB", "name=monthly"),
            ("name=x,free=\"01:00-06:00", "not closed"),
        ] {
            let error = parse_quota(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
        for text in ["monthly", "monthly=notify", "80%=notify", "x:y%=notify", "x:80%=stop"] {
            assert!(parse_tier(text).unwrap_err().contains("monthly:80%=notify"), "{text}");
        }
        assert!(parse_tier("x:80%=2X/2M").unwrap_err().contains("512k, 10M or 1G"));
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_would_be_right() {
        let new = "name=x,window=day,allowance=1GB";
        for (quotas, tiers, words) in [
            (&["name=x,window=day"][..], &[][..], "needs window=month and allowance=500GB"),
            (&["x=none"], &[], "has no quota"),
            (&[new], &["y:80%=notify"], "no quota `y`; it has `x`"),
            (&[new], &["x:80%=notify", "x:80%=quarantine"], "each is at its own"),
            (&[new], &["x:80%=quarantine", "x:90%=notify"], "the quarantine is the last one"),
            (&[new], &["x:80%=1M/1M", "x:90%=2M/1M"], "at most as fast as the one before it"),
            (&[new], &["x:0%=notify"], "from 1 to 1000 %"),
            (&["name=X,window=day,allowance=1GB"], &[], "letters a-z"),
        ] {
            let error = applied(quotas, tiers, Terms::default()).unwrap_err().to_string();
            assert!(error.contains(words), "{quotas:?} {tiers:?}: {error}");
        }
    }
}
