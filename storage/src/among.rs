//! Conditions on many values at once, as one parameter: a statement with one for each value is another
//! statement for each number of them, to be understood and planned anew.
//!
//! On PostgreSQL they are unfolded and joined, and not looked for with `= any(..)`: of a table of which it
//! knows little, as of one that is new, that compares each row with each value (measured in the first
//! billing run of 10,000 subscribers: 60 s instead of half a second).

use core::fmt::Write as _;

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, SimpleExpr};

/// Most values of one condition.
pub(crate) const VALUES_MAX: usize = 1_000;

/// `column` is one of these numbers.
pub(crate) fn numbers(
    backend: DbBackend,
    column: &'static str,
    values: impl IntoIterator<Item = i64>,
) -> SimpleExpr {
    let place = if backend == DbBackend::Postgres { "$1" } else { "?" };
    let (is_among, list) = numbers_at(backend, place, values);
    Expr::cust_with_values(format!("{column} {is_among}"), [list])
}

/// That an expression is one of these numbers, and the value of `place`, a parameter such as `$2`, for
/// statements that are written by hand.
pub(crate) fn numbers_at(
    backend: DbBackend,
    place: &'static str,
    values: impl IntoIterator<Item = i64>,
) -> (String, String) {
    let list = values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(",");
    match backend {
        DbBackend::Postgres => {
            (format!("in (select unnest({place}::text::bigint[]))"), format!("{{{list}}}"))
        }
        _ => (format!("in (select value from json_each({place}))"), format!("[{list}]")),
    }
}

/// `column` is one of these texts.
pub(crate) fn texts<'t>(
    backend: DbBackend,
    column: &'static str,
    values: impl IntoIterator<Item = &'t str>,
) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => {
            let mut array = Array::default();
            values.into_iter().for_each(|value| array.text(value));
            Expr::cust_with_values(
                format!("{column} in (select unnest($1::text::text[]))"),
                [array.finish()],
            )
        }
        _ => {
            let list: Vec<_> = values.into_iter().map(serde_json::Value::from).collect();
            let list = serde_json::Value::from(list).to_string();
            Expr::cust_with_values(format!("{column} in (select value from json_each(?))"), [list])
        }
    }
}

/// `column` is one of these rows of octets.
pub(crate) fn octets<'o>(
    backend: DbBackend,
    column: &'static str,
    values: impl IntoIterator<Item = &'o [u8]>,
) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => {
            let mut array = Array::default();
            values.into_iter().for_each(|value| array.octets(value));
            Expr::cust_with_values(
                format!("{column} in (select unnest($1::text::bytea[]))"),
                [array.finish()],
            )
        }
        _ => {
            let list: Vec<_> = values.into_iter().map(|value| hexadecimal(value).into()).collect();
            let list = serde_json::Value::from(list as Vec<serde_json::Value>).to_string();
            Expr::cust_with_values(
                format!("{column} in (select unhex(value) from json_each(?))"),
                [list],
            )
        }
    }
}

/// An array of PostgreSQL as it is written: `{1,NULL,"a text"}`.
#[derive(Debug, Default)]
pub(crate) struct Array(String);

impl Array {
    fn separate(&mut self) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
    }

    pub(crate) fn null(&mut self) {
        self.separate();
        self.0.push_str("NULL");
    }

    pub(crate) fn number(&mut self, number: i64) {
        self.separate();
        // To write to a string cannot fail.
        let _ = write!(self.0, "{number}");
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.separate();
        self.0.push('"');
        for letter in text.chars() {
            if matches!(letter, '"' | '\\') {
                self.0.push('\\');
            }
            self.0.push(letter);
        }
        self.0.push('"');
    }

    pub(crate) fn octets(&mut self, octets: &[u8]) {
        self.separate();
        // The backslash of `\x` is written twice within quotes.
        self.0.push_str("\"\\\\x");
        self.0.push_str(&hexadecimal(octets));
        self.0.push('"');
    }

    pub(crate) fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    crate::sink::hexadecimal(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_written_as_postgresql_reads_them() {
        let mut array = Array::default();
        array.number(-1);
        array.null();
        array.text("a \"b\" \\ c, {d}");
        array.octets(&[0, 255]);
        assert_eq!(array.finish(), r#"{-1,NULL,"a \"b\" \\ c, {d}","\\x00ff"}"#);
        assert_eq!(Array::default().finish(), "{}");
    }
}
