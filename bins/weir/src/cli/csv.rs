//! Files of CSV (RFC 4180), by the names of their columns.

use crate::suggest;

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
pub(super) fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
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
