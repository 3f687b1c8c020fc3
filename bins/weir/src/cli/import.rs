//! `weir service import`: many services from one file, all of them or none.

use std::path::Path;

use aaa_engine::MacAddress;
use aaa_engine::auth::Credential;
use anyhow::bail;
use entitlement::{Networks, Validity};
use storage::{NewService, OnExisting, StoreError};

use super::csv;
use super::open::Open;
use super::service;
use crate::units;

/// The columns that there can be; the first three must be.
const COLUMNS: [&str; 7] =
    ["login", "password", "plan", "subscriber", "valid_from", "valid_until", "address"];
const COLUMNS_NEEDED: usize = 3;

/// A service and the line it was read from.
struct Row {
    line: usize,
    service: NewService,
}

pub(super) async fn run(file: &Path, if_missing: bool, open: &Open) -> anyhow::Result<()> {
    let shown = file.display();
    let text = csv::text_of(file)?;
    let rows = parse(&text).map_err(|error| anyhow::anyhow!("{shown}, {error}"))?;
    let (lines, services): (Vec<usize>, Vec<NewService>) =
        rows.into_iter().map(|row| (row.line, row.service)).unzip();
    let on_existing = if if_missing { OnExisting::Keep } else { OnExisting::Refuse };
    let imported =
        open.store.services(open.tenant).import(&open.actor, &services, on_existing).await;
    let imported = match imported {
        Err(StoreError::Row { index, source }) => {
            let line = lines.get(index).copied().unwrap_or_default();
            bail!("{shown}, line {line}: {source}; nothing was imported");
        }
        other => other?,
    };
    let kept = match imported.kept {
        0 => String::new(),
        kept => format!(", {kept} left as they were"),
    };
    open.done(&format!("{} services added{kept}", imported.added))
}

/// Reads the whole of a file; the error begins with `line N: `.
fn parse(text: &str) -> Result<Vec<Row>, String> {
    let ((line, heading), records) = csv::headed(text, &COLUMNS)?;
    let columns = csv::columns(&heading, &COLUMNS, COLUMNS_NEEDED)
        .map_err(|error| format!("line {line}: {error}"))?;
    records
        .map(|(line, fields)| {
            service(&columns, fields)
                .map(|service| Row { line, service })
                .map_err(|error| format!("line {line}: {error}"))
        })
        .collect()
}

fn service(columns: &[&'static str], fields: Vec<String>) -> Result<NewService, String> {
    if fields.len() != columns.len() {
        return Err(format!("{} fields where there are {} columns", fields.len(), columns.len()));
    }
    let mut service = NewService {
        login: String::new(),
        plan: String::new(),
        subscriber: None,
        credential: Credential::clear_text(""),
        validity: Validity::default(),
        fixed_ipv4: None,
        networks: Networks::default(),
        lasts_from_first_use_s: None,
        reply_attributes: None,
    };
    for (column, field) in columns.iter().zip(fields) {
        if field.is_empty() {
            // Without a password a device logs in by its MAC address.
            if *column == "password" {
                service.credential = Credential::MacAddress;
                continue;
            }
            if COLUMNS.iter().take(COLUMNS_NEEDED).any(|needed| needed == column) {
                return Err(format!("the {column} is empty"));
            }
            continue;
        }
        match *column {
            "login" => service.login = field,
            "password" => service.credential = Credential::clear_text(field),
            "plan" => service.plan = field,
            "subscriber" => service.subscriber = Some(field),
            "valid_from" => service.validity.from = Some(units::parse_when(&field)?),
            "valid_until" => service.validity.until = Some(units::parse_when(&field)?),
            _ => {
                let address = field.parse();
                let address = address.map_err(|_| format!("`{field}` is not an IPv4 address"));
                service.fixed_ipv4 = Some(address?);
            }
        }
    }
    // Twelve digits may as well be a telephone number, whose password was forgotten.
    let is_number = service.login.bytes().all(|octet| octet.is_ascii_digit());
    let is_address = !is_number && MacAddress::parse(service.login.as_bytes()).is_some();
    if service.credential == Credential::MacAddress && !is_address {
        return Err("the password is empty; only a login that is a MAC address needs none".into());
    }
    service::check_validity(service.validity).map_err(|error| error.to_string())?;
    Ok(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_by_the_names_of_its_columns() {
        let text = "\u{feff}plan,login,password,address,valid_until\r\n\
                    home-10,ann,\"a,\"\"b\",10.0.0.7,\r\n\r\n\
                    home-10,bob,pw,,2026-12-31\r\n";
        let rows = parse(text).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].line, rows[1].line), (2, 4));
        assert_eq!(rows[0].service.login, "ann");
        assert_eq!(rows[0].service.fixed_ipv4, Some("10.0.0.7".parse().unwrap()));
        let Credential::ClearText(password) = &rows[0].service.credential else { panic!() };
        assert_eq!(password.as_slice(), b"a,\"b");
        assert_eq!(rows[1].service.fixed_ipv4, None);
        assert!(rows[1].service.validity.until.is_some());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, problem) in [
            ("", "line 1: the file is empty"),
            ("login,password\n", "line 1: the column `plan` is missing"),
            (
                "login,pasword,plan\n",
                "line 1: there is no column `pasword`; did you mean `password`?",
            ),
            ("login,login,plan\n", "line 1: the column `login` is there twice"),
            ("login,password,plan\na,b\n", "line 2: 2 fields where there are 3 columns"),
            ("login,password,plan\na,b,c\nd,,f\n", "line 3: the password is empty"),
            ("login,password,plan\na,\"b,c\n", "line 2: a quote is opened"),
            ("login,password,plan\na,\"b\"x,c\n", "line 2: after a closing quote"),
            ("login,password,plan,address\na,b,c,d\n", "line 2: `d` is not an IPv4 address"),
            ("login,password,plan,valid_until\na,b,c,soon\n", "line 2: `soon` is not a moment"),
        ] {
            let error = parse(text).map(|rows| rows.len()).unwrap_err();
            assert!(error.starts_with(problem), "{text:?}: {error}");
        }
    }
}
