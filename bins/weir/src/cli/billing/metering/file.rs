//! `weir metering import`: what was measured, from a CSV file.

use std::process::ExitCode;

use billing_core::rating::bandwidth::Sample;
use entitlement::TimeZone;
use serde_json::json;
use storage::{Metered, MeteringImported, NewMeasurement, SubscriptionId};

use super::{MeteringImport, on_known};
use crate::cli::csv;
use crate::cli::open::Open;
use crate::cli::print;
use crate::units;

/// How many rows are kept in one transaction.
const ROWS_AT_ONCE: usize = 10_000;

/// Every column that there can be.
const COLUMNS: [&str; 9] =
    ["subscription", "product", "source", "record", "at", "until", "units", "down_bps", "up_bps"];

/// What the options say about every row.
struct Usual<'o> {
    subscription: Option<i64>,
    product: Option<&'o str>,
    source: Option<&'o str>,
    zone: &'o TimeZone,
}

/// A row, with the line that it was read from.
type Row = (usize, Result<NewMeasurement, String>);

pub(super) async fn import(
    args: MeteringImport,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let file = args.file.display();
    let text = csv::text_of(&args.file)?;
    let (subscription, product, source) =
        (args.subscription, args.product.as_deref(), args.source.as_deref());
    let rows = parse(&text, &Usual { subscription, product, source, zone })
        .map_err(|error| anyhow::anyhow!("{file}, {error}; nothing was imported"))?;
    let mut all = MeteringImported::default();
    let mut refused: Vec<(usize, String)> = Vec::new();
    let (mut lines, mut good) = (Vec::new(), Vec::new());
    for (line, row) in rows {
        match row {
            Ok(row) => {
                lines.push(line);
                good.push(row);
            }
            Err(why) => refused.push((line, why)),
        }
    }
    for (lines, rows) in lines.chunks(ROWS_AT_ONCE).zip(good.chunks(ROWS_AT_ONCE)) {
        let metering = open.store.metering(open.tenant);
        let of = metering.import(&open.actor, rows, on_known(args.correct)).await?;
        all.added += of.added;
        all.known += of.known;
        all.corrected += of.corrected;
        let line = |index: usize| lines.get(index).copied().unwrap_or_default();
        refused.extend(of.refused.into_iter().map(|(index, why)| (line(index), why)));
    }
    refused.sort_unstable();
    tell(&all, &refused, as_json)?;
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(all: &MeteringImported, refused: &[(usize, String)], as_json: bool) -> anyhow::Result<()> {
    let MeteringImported { added, known, corrected, .. } = all;
    if as_json {
        let refused: Vec<_> =
            refused.iter().map(|(line, why)| json!({ "line": line, "problem": why })).collect();
        print::json(&json!({
            "added": added, "known": known, "corrected": corrected, "refused": refused,
        }))?;
    } else {
        let mut said = format!("{added} entered");
        for (count, what) in [(*known, "known already"), (*corrected, "corrected")] {
            if count > 0 {
                said.push_str(&format!(", {count} {what}"));
            }
        }
        if !refused.is_empty() {
            said.push_str(&format!(", {} refused", refused.len()));
        }
        print::line(&said)?;
    }
    for (line, why) in refused {
        print::warning(&format!("line {line}: {why}"));
    }
    Ok(())
}

/// Reads the whole of a file; the error begins with `line N: `.
fn parse(text: &str, usual: &Usual<'_>) -> Result<Vec<Row>, String> {
    let ((line, heading), records) = csv::headed(text, &COLUMNS)?;
    let columns = columns(&heading, usual).map_err(|error| format!("line {line}: {error}"))?;
    Ok(records.map(|(line, fields)| (line, measurement(&columns, &fields, usual))).collect())
}

fn columns(header: &[String], usual: &Usual<'_>) -> Result<Vec<&'static str>, String> {
    let columns = csv::columns(header, &COLUMNS, 0)?;
    let is_sampled = columns.contains(&"down_bps") || columns.contains(&"up_bps");
    let of_records = ["record", "units", "until"].into_iter().find(|it| columns.contains(it));
    if let (true, Some(column)) = (is_sampled, of_records) {
        return Err(format!(
            "there are columns of samples and the column `{column}` of records; a file has either"
        ));
    }
    let given = [
        ("subscription", usual.subscription.is_some()),
        ("product", usual.product.is_some()),
        ("source", usual.source.is_some() || is_sampled),
        ("at", false),
        ("record", is_sampled),
        ("down_bps", !is_sampled),
        ("up_bps", !is_sampled),
    ];
    let is_missing = |(name, given): &&(&str, bool)| !given && !columns.contains(name);
    match given.iter().find(is_missing) {
        Some((name @ ("subscription" | "product" | "source"), _)) => {
            Err(format!("the column `{name}` is missing, and so is --{name}"))
        }
        Some((name, _)) => Err(format!("the column `{name}` is missing")),
        None => Ok(columns),
    }
}

fn measurement(
    columns: &[&'static str],
    fields: &[String],
    usual: &Usual<'_>,
) -> Result<NewMeasurement, String> {
    if fields.len() != columns.len() {
        return Err(format!("{} fields where there are {} columns", fields.len(), columns.len()));
    }
    let field = |column: &str| {
        let place = columns.iter().position(|known| *known == column)?;
        fields.get(place).map(|field| field.trim()).filter(|field| !field.is_empty())
    };
    let needed = |column: &str| field(column).ok_or_else(|| format!("the {column} is empty"));
    let when = |text: &str| units::parse_when_on(text, usual.zone);
    let number = |text: &str| {
        text.parse::<u64>().map_err(|_| format!("`{text}` is no whole number of 0 or more"))
    };
    let subscription = match (field("subscription"), usual.subscription) {
        (Some(text), _) => {
            text.parse().map_err(|_| format!("`{text}` is no number of a subscription"))?
        }
        (None, Some(usual)) => usual,
        (None, None) => return Err("the subscription is empty".to_owned()),
    };
    let product = field("product").or(usual.product).ok_or("the product is empty")?.to_owned();
    let at = when(needed("at")?)?;
    let what = if columns.contains(&"down_bps") {
        let (down_bps, up_bps) = (rate(needed("down_bps")?)?, rate(needed("up_bps")?)?);
        Metered::Sample { at, sample: Sample { down_bps, up_bps } }
    } else {
        let until = field("until").map(when).transpose()?;
        let units = match field("units") {
            Some(text) => number(text)?,
            None if until.is_some() => 0,
            None => return Err("the units are empty, and so is its end".to_owned()),
        };
        let source = field("source").or(usual.source).ok_or("the source is empty")?.to_owned();
        Metered::Record { source, record: needed("record")?.to_owned(), at, until, units }
    };
    Ok(NewMeasurement { subscription: SubscriptionId(subscription), product, what })
}

/// A rate that was measured: bit/s, or `120M`; it may be 0.
pub(super) fn rate(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(bps) => Ok(bps),
        Err(_) => units::parse_rate(text).map(|rate| rate.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let usual = Usual {
            subscription: Some(1),
            product: Some("transit"),
            source: None,
            zone: &TimeZone::UTC,
        };
        let rows = parse(text, &usual)?;
        let shown = |(line, row): Row| match row {
            Ok(row) => format!("{line}: {:?}", row.what),
            Err(why) => format!("{line}: {why}"),
        };
        Ok(rows.into_iter().map(shown).collect())
    }

    #[test]
    fn samples_and_records_are_read_by_their_columns() {
        let samples = read("at,down_bps,up_bps\n1970-01-01 00:05,120M,0\n\n1970-01-01 00:10,7,x\n");
        let expected = [
            "2: Sample { at: Timestamp(300000), sample: Sample { down_bps: 120000000, up_bps: 0 } }",
            "4: `x` is not a rate; write for example 512k, 10M or 1G (bits a second)",
        ];
        assert_eq!(samples.unwrap(), expected);
        let records = read(
            "source,record,at,until,units\nsms,a,1970-01-01,,7\nsms,b,1970-01-01,1970-01-02,\nsms,,1970-01-01,,7\n\
             sms,c,soon,,7\nsms,d,1970-01-01,,\nsms,e\nsms,f,1970-01-01,,-1\n",
        );
        let records = records.unwrap();
        assert!(
            records[0].contains("record: \"a\"") && records[0].contains("units: 7"),
            "{records:?}"
        );
        assert!(records[1].contains("until: Some(Timestamp(86400000)), units: 0"), "{records:?}");
        let expected = [
            "4: the record is empty",
            "5: `soon` is not a moment; write a date such as 2026-12-31, or RFC 3339 such as \
             2026-12-31T18:00:00+03:00",
            "6: the units are empty, and so is its end",
            "7: 2 fields where there are 5 columns",
            "8: `-1` is no whole number of 0 or more",
        ];
        assert_eq!(records[2..], expected);
    }

    #[test]
    fn columns_that_make_no_file_are_refused() {
        for (text, problem) in [
            ("", "line 1: the file is empty"),
            ("att,record\n", "line 1: there is no column `att`; did you mean `at`?"),
            ("at,record,units\n", "line 1: the column `source` is missing, and so is --source"),
            ("at,down_bps\n", "line 1: the column `up_bps` is missing"),
            (
                "at,down_bps,up_bps,record\n",
                "line 1: there are columns of samples and the column `record`",
            ),
            ("at,at\n", "line 1: the column `at` is there twice"),
            ("source,record,units\n", "line 1: the column `at` is missing"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(problem), "{text:?}: {error}");
        }
    }
}
