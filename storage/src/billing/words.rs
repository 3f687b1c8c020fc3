//! Numbers and moments in what is told to people, by their names and on the tenant's clock.
//!
//! The rules know neither: their errors tell of `component 9` and of moments in UTC, in one form each. Here is
//! the one place that knows names and clocks, for whoever tells something to a person.

use std::collections::{BTreeMap, BTreeSet};

use entitlement::{TenantId, TimeZone, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};

use crate::among;
use crate::entity::{product, subscriber, tenant, zone};
use crate::error::{During as _, StoreError};
use crate::store::Store;
use crate::tenants;

/// Of what a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Product,
    Subscriber,
    Tenant,
    Zone,
}

/// The words before a number, and whether they are needed beside a name.
const WORDS: [(&str, Named, bool); 7] = [
    ("component ", Named::Product, false),
    ("offer ", Named::Product, false),
    ("product ", Named::Product, false),
    ("subscriber ", Named::Subscriber, true),
    ("reseller ", Named::Tenant, true),
    ("tenant ", Named::Tenant, true),
    ("zone ", Named::Zone, true),
];

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    /// As it stands there.
    Text(&'t str),
    /// The word, where it is needed, and the number.
    Number(&'t str, Named, i64),
    /// A moment.
    Moment(Timestamp),
}

impl Store {
    /// A text with the names of what it tells of by number, and with its moments on the tenant's clock.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn in_words(&self, of: TenantId, text: &str) -> Result<String, StoreError> {
        let pieces = pieces(text);
        let numbers = |named: Named| -> BTreeSet<i64> {
            let of_one = |piece: &Piece<'_>| match piece {
                Piece::Number(_, of, number) if *of == named => Some(*number),
                _ => None,
            };
            pieces.iter().filter_map(of_one).collect()
        };
        let reader = &self.database().reader;
        let mut names = BTreeMap::new();
        for named in [Named::Product, Named::Subscriber, Named::Tenant, Named::Zone] {
            for (id, name) in read(reader, of, named, &numbers(named)).await? {
                names.insert((named, id), name);
            }
        }
        let zone = match pieces.iter().any(|piece| matches!(piece, Piece::Moment(_))) {
            true => tenants::time_zone(reader, of).await?,
            false => TimeZone::UTC,
        };
        Ok(pieces.iter().map(|piece| said(piece, &names, &zone)).collect())
    }
}

/// Whether a text tells of something by its number, or of a moment.
#[must_use]
pub fn has_numbers(text: &str) -> bool {
    pieces(text).iter().any(|piece| !matches!(piece, Piece::Text(_)))
}

fn said(piece: &Piece<'_>, names: &BTreeMap<(Named, i64), String>, zone: &TimeZone) -> String {
    match piece {
        Piece::Text(text) => (*text).to_owned(),
        Piece::Number(word, named, number) => match names.get(&(*named, *number)) {
            Some(name) if WORDS.iter().any(|(it, _, stays)| it == word && *stays) => {
                format!("{word}`{name}`")
            }
            Some(name) => format!("`{name}`"),
            None => format!("{word}{number}"),
        },
        Piece::Moment(at) => shown(*at, zone),
    }
}

/// `2026-11-18 15:06:00`; a midnight as its date only.
fn shown(at: Timestamp, zone: &TimeZone) -> String {
    match zone.shown(at) {
        None => at.to_string(),
        Some(civil) if (civil.hour(), civil.minute(), civil.second()) == (0, 0, 0) => {
            civil.date().to_string()
        }
        Some(civil) => civil.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

async fn read(
    db: &impl ConnectionTrait,
    of: TenantId,
    named: Named,
    ids: &BTreeSet<i64>,
) -> Result<Vec<(i64, String)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let among = among::numbers(db.get_database_backend(), "id", ids.iter().copied());
    macro_rules! names_of {
        ($table:ident, $is_of:expr) => {
            $table::Entity::find()
                .select_only()
                .columns([$table::Column::Id, $table::Column::Name])
                .filter(among)
                .filter($is_of)
                .into_tuple::<(i64, String)>()
                .all(db)
                .await
        };
    }
    let read = match named {
        Named::Product => names_of!(product, product::Column::TenantId.eq(of.0)),
        Named::Subscriber => names_of!(subscriber, subscriber::Column::TenantId.eq(of.0)),
        // Resellers are above and below each other.
        Named::Tenant => names_of!(tenant, tenant::Column::Id.is_not_null()),
        Named::Zone => names_of!(zone, zone::Column::TenantId.eq(of.0)),
    };
    read.during("read what things are called")
}

/// What stands between back-ticks is somebody's, and stays.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut from, mut place) = (Vec::new(), 0, 0);
    let mut is_quoted = false;
    while let Some(rest) = text.get(place..).filter(|rest| !rest.is_empty()) {
        let before = text.get(..place).and_then(|before| before.chars().next_back());
        let begins_a_word = before.is_none_or(|before| !before.is_alphanumeric() && before != '-');
        is_quoted ^= rest.starts_with('`');
        let found = if begins_a_word && !is_quoted { number(rest).or(moment(rest)) } else { None };
        match found {
            Some((piece, len)) => {
                pieces.extend(text.get(from..place).map(Piece::Text));
                pieces.push(piece);
                place += len;
                from = place;
            }
            None => place += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    pieces.extend(text.get(from..).map(Piece::Text));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

fn number(text: &str) -> Option<(Piece<'_>, usize)> {
    WORDS.iter().find_map(|(word, named, _)| {
        let rest = text.strip_prefix(word)?;
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_whole = !rest.get(len..)?.starts_with(|it: char| it.is_alphanumeric());
        let number = rest.get(..len)?.parse().ok().filter(|_| is_whole)?;
        Some((Piece::Number(text.get(..word.len())?, *named, number), word.len() + len))
    })
}

/// `2026-11-18T12:06:00Z`, as moments are written where no clock is known.
fn moment(text: &str) -> Option<(Piece<'_>, usize)> {
    const SHORTEST: usize = "2026-11-18T12:06:00Z".len();
    const LONGEST: usize = "2026-11-18T12:06:00.123Z".len();
    let len = text.bytes().take(LONGEST).position(|byte| byte == b'Z')? + 1;
    let shown = text.get(..len - 1).filter(|_| len >= SHORTEST)?.parse().ok()?;
    Some((Piece::Moment(TimeZone::UTC.first_shown(shown)?), len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_moments_are_found_and_what_is_quoted_stays() {
        let at = |s| Piece::Moment(Timestamp::from_unix_s(s));
        assert_eq!(
            pieces("component 9 has no price at 2026-11-18T12:06:00Z; `component 9`"),
            [
                Piece::Number("component ", Named::Product, 9),
                Piece::Text(" has no price at "),
                at(1_795_003_560),
                Piece::Text("; `component 9`"),
            ]
        );
        assert_eq!(
            pieces("zone 3, zone 12: 1969-12-31T23:59:59.500Z"),
            [
                Piece::Number("zone ", Named::Zone, 3),
                Piece::Text(", "),
                Piece::Number("zone ", Named::Zone, 12),
                Piece::Text(": "),
                Piece::Moment(Timestamp::from_unix_ms(-500)),
            ]
        );
        for text in
            ["12.000 KWD of offer 3a, a component x", "subzone 3, -2026-11-18T12:06:00Z", ""]
        {
            assert!(!has_numbers(text), "{text}");
        }
    }

    #[test]
    fn what_has_no_name_keeps_its_number() {
        let names = BTreeMap::from([
            ((Named::Product, 9), "home".to_owned()),
            ((Named::Zone, 3), "north".to_owned()),
        ]);
        let zone = TimeZone::named("Africa/Nairobi").unwrap();
        let said = |text: &str| -> String {
            pieces(text).iter().map(|piece| said(piece, &names, &zone)).collect()
        };
        assert_eq!(
            said("offer 9 is not for zone 3; it is for zone 4"),
            "`home` is not for zone `north`; it is for zone 4"
        );
        assert_eq!(said("until 2026-12-31T21:00:00Z"), "until 2027-01-01");
        assert_eq!(said("at 2026-11-18T12:06:00.250Z"), "at 2026-11-18 15:06:00");
    }
}
