//! `weir payment reconcile`: a provider's statement against what is booked.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use billing_core::ledger::Provider;
use billing_core::payment::{
    Difference, LineKind, Movement, ReceiptNumber, Reconciled, Scope, StatementLine,
};
use billing_core::{Interval, Money};
use clap::Args;
use entitlement::TimeZone;
use serde_json::{Value, json};

use super::{Open, csv, moment, print, shown};
use crate::{clock, units};

/// The columns that there can be; the first three must be.
const COLUMNS: [&str; 5] = ["number", "amount", "at", "kind", "currency"];
const COLUMNS_NEEDED: usize = 3;
/// How many lines that cannot be read are named.
const WRONG_NAMED_MAX: usize = 10;

/// What `weir payment reconcile` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct ReconcileArgs {
    /// Whose statement it is: mpesa.
    provider: Provider,
    /// A CSV file with a header that names its columns: number, amount ("1740 KES", or "1740" with a column
    /// currency), at, and where not all are payments kind (payment, refund, reversal or fee).
    file: PathBuf,
    /// From when it is compared, on the tenant's clock [default: a little before its first line].
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// Until when, on the tenant's clock [default: a little behind its last line].
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// How far the clocks and booking days of both sides may be apart; so near to an end nothing is said to be
    /// missing.
    #[arg(long, value_name = "SPAN", default_value = "5m", value_parser = units::parse_span_s)]
    tolerance: u32,
    /// How long it may take until what is paid is applied and renewed.
    #[arg(long, value_name = "SPAN", default_value = "10m", value_parser = units::parse_span_s)]
    patience: u32,
}

pub(super) async fn run(
    args: &ReconcileArgs,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let statement = read(&args.file, zone)?;
    let scope = Scope {
        stretch: stretch(args, &statement, zone)?,
        tolerance_s: args.tolerance,
        patience_s: args.patience,
        now: clock::now(),
    };
    let payments = open.store.payments(open.tenant);
    let reconciled = payments.reconcile(&args.provider, &statement, &scope).await?;
    if as_json {
        print::json(&as_value(&args.provider, &scope, &reconciled))?;
    } else {
        show(&args.provider, &scope, &reconciled, zone)?;
    }
    Ok(if reconciled.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is compared: without another word everything that the statement has, none of it near an end.
fn stretch(
    args: &ReconcileArgs,
    statement: &[StatementLine],
    zone: &TimeZone,
) -> anyhow::Result<Interval> {
    let tolerance_s = i64::from(args.tolerance);
    let from = match &args.from {
        Some(from) => moment(Some(from), zone)?,
        None => {
            let first = statement.iter().map(|line| line.at).min();
            let first = first.context("--from: the statement has no lines; say what it covers")?;
            first.minus_s(tolerance_s)
        }
    };
    let until = match &args.until {
        Some(until) => moment(Some(until), zone)?,
        None => {
            let last = statement.iter().map(|line| line.at).max();
            let last = last.context("--until: the statement has no lines; say what it covers")?;
            last.plus_s(tolerance_s + 1)
        }
    };
    Interval::new(from, until).context("--until: it is not behind --from; name a later moment")
}

fn read(file: &Path, zone: &TimeZone) -> anyhow::Result<Vec<StatementLine>> {
    let shown = file.display();
    let text = csv::text_of(file)?;
    parse(&text, zone).map_err(|problem| anyhow::anyhow!("{shown}, {problem}"))
}

/// Reads the whole of a statement; what is wrong begins with `line N: `.
fn parse(text: &str, zone: &TimeZone) -> Result<Vec<StatementLine>, String> {
    let ((line, heading), records) = csv::headed(text, &COLUMNS)?;
    let columns = csv::columns(&heading, &COLUMNS, COLUMNS_NEEDED);
    let columns = columns.map_err(|problem| format!("line {line}: {problem}"))?;
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for (line, fields) in records {
        match statement_line(&columns, &fields, zone) {
            Ok(read) => lines.push(read),
            Err(problem) => wrong.push(format!("line {line}: {problem}")),
        }
    }
    if wrong.is_empty() {
        return Ok(lines);
    }
    let more = wrong.len().saturating_sub(WRONG_NAMED_MAX);
    wrong.truncate(WRONG_NAMED_MAX);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    Err(format!("{}{more}; nothing was compared", wrong.join("; ")))
}

fn statement_line(
    columns: &[&'static str],
    fields: &[String],
    zone: &TimeZone,
) -> Result<StatementLine, String> {
    if fields.len() != columns.len() {
        return Err(format!("{} fields where there are {} columns", fields.len(), columns.len()));
    }
    let field = |name: &str| {
        let found = columns.iter().zip(fields).find(|(column, _)| **column == name);
        found.map(|(_, field)| field.trim()).filter(|field| !field.is_empty())
    };
    let needed = |name: &str| field(name).ok_or_else(|| format!("the {name} is empty"));
    let number: ReceiptNumber = needed("number")?.parse().map_err(sentence)?;
    let kind = kind(field("kind").unwrap_or("payment"))?;
    let amount = needed("amount")?;
    let amount = match field("currency") {
        Some(currency) => format!("{amount} {currency}"),
        None => amount.to_owned(),
    };
    let amount: Money = amount.parse().map_err(sentence)?;
    let at = units::parse_when_on(needed("at")?, zone)?;
    Ok(StatementLine { number, kind, amount: moved(kind, amount)?, at })
}

fn sentence(error: impl std::error::Error) -> String {
    error.to_string()
}

fn kind(text: &str) -> Result<LineKind, String> {
    match text.to_ascii_lowercase().as_str() {
        "payment" => Ok(LineKind::Movement(Movement::Payment)),
        "refund" => Ok(LineKind::Movement(Movement::Refund)),
        "reversal" => Ok(LineKind::Movement(Movement::Reversal)),
        "fee" => Ok(LineKind::Fee),
        _ => Err(format!("`{text}` is no kind; there is payment, refund, reversal, fee")),
    }
}

/// How much has moved, whichever way. What goes out may have a sign.
fn moved(kind: LineKind, amount: Money) -> Result<Money, String> {
    let goes_out = kind != LineKind::Movement(Movement::Payment);
    let moved = if goes_out && amount.is_negative() { amount.negated() } else { Ok(amount) };
    let moved = moved.map_err(sentence)?;
    if moved.is_negative() || moved.is_zero() {
        return Err(format!("{amount} is no amount that has come; it is more than 0"));
    }
    Ok(moved)
}

fn show(
    provider: &Provider,
    scope: &Scope,
    reconciled: &Reconciled,
    zone: &TimeZone,
) -> anyhow::Result<()> {
    for difference in &reconciled.differences {
        print::line(&format!("{:15}{difference}", difference.code()))?;
    }
    let (from, until) = (scope.stretch.from(), scope.stretch.until());
    let Reconciled { differences, agreed, undecided, fees } = reconciled;
    let fees: Vec<_> = fees.iter().map(Money::to_string).collect();
    let fees =
        if fees.is_empty() { String::new() } else { format!(", fees {}", fees.join(" and ")) };
    let undecided = match undecided {
        0 => String::new(),
        count => format!(", {count} too near to an end to be said"),
    };
    print::line(&format!(
        "{provider} from {} to {}: {} differences, {agreed} agree{undecided}{fees}",
        shown(from, zone),
        shown(until, zone),
        differences.len()
    ))
}

fn as_value(provider: &Provider, scope: &Scope, reconciled: &Reconciled) -> Value {
    let money =
        |of: &Money| json!({ "amount_minor": of.amount_minor(), "currency": of.currency().code() });
    json!({
        "provider": provider.to_string(),
        "from": units::rfc3339(scope.stretch.from()),
        "until": units::rfc3339(scope.stretch.until()),
        "agreed": reconciled.agreed,
        "undecided": reconciled.undecided,
        "fees": reconciled.fees.iter().map(money).collect::<Vec<_>>(),
        "differences": reconciled.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}

fn difference(difference: &Difference) -> Value {
    let mut value = json!({
        "kind": difference.code(),
        "number": difference.number().as_str(),
        "said": difference.to_string(),
    });
    let mut put = |name: &str, with: Value| value[name] = with;
    let mut money = |name: &str, of: &Money| {
        put(&format!("{name}_minor"), of.amount_minor().into());
        put(&format!("{name}_currency"), of.currency().code().into());
    };
    match difference {
        Difference::MissingHere { amount, .. }
        | Difference::ReversedThere { amount, .. }
        | Difference::MissingThere { amount, .. }
        | Difference::NotApplied { amount, .. }
        | Difference::NotActivated { amount, .. } => money("amount", amount),
        Difference::Amount { there, here, .. } | Difference::Currency { there, here, .. } => {
            money("there", there);
            money("here", here);
        }
        Difference::Ledger { booked, moved, .. } => {
            money("here", booked);
            money("ledger", moved);
        }
        Difference::TwiceThere { count, .. } | Difference::TwiceHere { count, .. } => {
            put("count", (*count).into());
        }
        _ => {}
    }
    if let Difference::NotApplied { waited_s, .. } | Difference::NotActivated { waited_s, .. } =
        difference
    {
        value["waited_s"] = (*waited_s).into();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<StatementLine>, String> {
        parse(text, &TimeZone::named("Africa/Nairobi").unwrap())
    }

    #[test]
    fn a_statement_is_read_by_the_names_of_its_columns() {
        let text = "\u{feff}At,Number,Kind,Amount\r\n\
                    2026-11-18 15:06,rktq dm7w6s,,1740 KES\n\
                    2026-11-18T12:07:00Z,CB-1,reversal,-1740 KES\n\n\
                    2026-11-19,CB-1,Fee,13.50 KES\n";
        let lines = read(text).unwrap();
        let seen: Vec<_> = lines
            .iter()
            .map(|line| {
                (line.number.as_str(), line.kind, line.amount.to_string(), line.at.unix_s())
            })
            .collect();
        let movement = LineKind::Movement;
        assert_eq!(
            seen,
            [
                ("RKTQDM7W6S", movement(Movement::Payment), "1740.00 KES".into(), 1_795_003_560),
                ("CB-1", movement(Movement::Reversal), "1740.00 KES".into(), 1_795_003_620),
                ("CB-1", LineKind::Fee, "13.50 KES".into(), 1_795_035_600),
            ]
        );
        let apart = read("number,amount,currency,at\nQK1,1740,KES,2026-11-18\n").unwrap();
        assert_eq!(apart[0].amount, "1740 KES".parse().unwrap());
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_lines() {
        let header = "number,amount,at,kind\n";
        for (text, words) in [
            ("", "line 1: the file is empty; it begins with number,amount,at,kind,currency"),
            ("number,amount\n", "line 1: the column `at` is missing"),
            ("number,amuont,at\n", "line 1: there is no column `amuont`; did you mean `amount`?"),
            ("number,amount,at\nQK1,1\n", "line 2: 2 fields where there are 3 columns"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.starts_with(words), "{problem}");
        }
        let rows = "QK1,10 KES,2026-11-18,payment\n\
                    ,10 KES,2026-11-18,payment\n\
                    QK3,10,2026-11-18,payment\n\
                    QK4,-10 KES,2026-11-18,payment\n\
                    QK5,0 KES,2026-11-18,refund\n\
                    QK6,10 KES,yesterday,payment\n\
                    QK7,10 KES,2026-11-18,gift\n";
        let problem = read(&format!("{header}{rows}")).unwrap_err();
        for words in [
            "line 3: the number is empty; line 4: ",
            "line 5: -10.00 KES is no amount that has come; it is more than 0; line 6: 0.00 KES",
            "line 7: `yesterday` is not a moment",
            "line 8: `gift` is no kind; there is payment, refund, reversal, fee; nothing was compared",
        ] {
            assert!(problem.contains(words), "{words}: {problem}");
        }
        let many = "QK1,10,2026-11-18,\n".repeat(12);
        let problem = read(&format!("{header}{many}")).unwrap_err();
        assert!(problem.ends_with("; and 2 more; nothing was compared"), "{problem}");
    }
}
