//! Files of CSV (RFC 4180), by the names of their columns.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::{suggest, units};

/// The largest file that is read, octets: about a million services.
const FILE_LEN_MAX: u64 = 128 * 1024 * 1024;

/// A record, with the line it begins on.
pub(super) type Record = (usize, Vec<String>);

/// The text of a file.
pub(super) fn text_of(file: &Path) -> anyhow::Result<String> {
    let shown = file.display();
    let len = std::fs::metadata(file).with_context(|| format!("cannot read {shown}"))?.len();
    if len > FILE_LEN_MAX {
        bail!("{shown} is larger than {}; give it in parts", units::octets(FILE_LEN_MAX));
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))
}

/// The heading of a CSV text, and what comes behind it.
pub(super) fn headed(
    text: &str,
    known: &[&'static str],
) -> Result<(Record, impl Iterator<Item = Record>), String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut records = records(text)?.into_iter();
    match records.next() {
        Some(heading) => Ok((heading, records)),
        None => Err(format!("line 1: the file is empty; it begins with {}", known.join(","))),
    }
}

/// Which columns a file has, by its header: some of `known`, the first `needed` of which it must have.
pub(super) fn columns(
    header: &[String],
    known: &[&'static str],
    needed: usize,
) -> Result<Vec<&'static str>, String> {
    let mut columns = Vec::new();
    for name in header {
        let name = name.trim().to_ascii_lowercase();
        let Some(column) = known.iter().copied().find(|column| *column == name) else {
            let hint = suggest::hint(&name, known.iter().copied());
            return Err(format!("there is no column `{}`; {hint}", name.escape_debug()));
        };
        if columns.contains(&column) {
            return Err(format!("the column `{column}` is there twice"));
        }
        columns.push(column);
    }
    match known.iter().take(needed).find(|needed| !columns.contains(needed)) {
        Some(missing) => Err(format!("the column `{missing}` is missing")),
        None => Ok(columns),
    }
}

/// The records of a CSV text (RFC 4180), each with the line it begins on; empty lines are no
/// records.
fn records(text: &str) -> Result<Vec<Record>, String> {
    let mut records = Vec::new();
    let mut fields = Vec::new();
    let mut field = String::new();
    let (mut line, mut began) = (1, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if field.is_empty() => {
                let opened = line;
                line += quoted(&mut letters, &mut field)
                    .ok_or_else(|| format!("line {opened}: a quote is opened and never closed"))?;
                if !matches!(letters.peek(), None | Some(',' | '\n' | '\r')) {
                    return Err(format!("line {line}: after a closing quote comes a comma"));
                }
            }
            ',' => fields.push(std::mem::take(&mut field)),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' => {
                line += 1;
                end_record(&mut records, &mut fields, &mut field, began);
                began = line;
            }
            other => field.push(other),
        }
    }
    end_record(&mut records, &mut fields, &mut field, began);
    Ok(records)
}

/// Reads up to the closing quote; how many lines it went over, or nothing when there is none.
fn quoted(
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    field: &mut String,
) -> Option<usize> {
    let mut lines = 0;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => return Some(lines),
            other => {
                lines += usize::from(other == '\n');
                field.push(other);
            }
        }
    }
    None
}

fn end_record(
    records: &mut Vec<(usize, Vec<String>)>,
    fields: &mut Vec<String>,
    field: &mut String,
    line: usize,
) {
    if fields.is_empty() && field.is_empty() {
        return;
    }
    fields.push(std::mem::take(field));
    records.push((line, std::mem::take(fields)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_quoted_field_may_go_over_lines() {
        let records = records("a,\"b\nc\"\nd,e").unwrap();
        assert_eq!(records[0], (1, vec!["a".to_owned(), "b\nc".to_owned()]));
        assert_eq!(records[1], (3, vec!["d".to_owned(), "e".to_owned()]));
    }

    proptest! {
        #[test]
        fn quoted_fields_come_back_as_they_were(fields in proptest::collection::vec(".{1,8}", 1..5)) {
            let line: Vec<String> =
                fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            prop_assert_eq!(records(&line.join(",")).unwrap(), vec![(1, fields)]);
        }
    }
}
