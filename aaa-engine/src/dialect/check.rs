//! What a dialect cannot say of a plan: numbers and texts that its attributes have no room for.

use entitlement::{Terms, WhenWithheld};

use crate::dialect::template::Excess;
use crate::dialect::{Dialect, Dialects, Rule};
use crate::grant;
use crate::intent::{IntentKind, Intents};

/// What a plan grants that a dialect has no attribute wide enough for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Inexpressible {
    /// A number.
    #[error(
        "the dialect {dialect} cannot say this {intent}: {attribute} would be {value}, and is at \
         most {max}{}", advice(*.group_instead)
    )]
    TooGreat {
        /// The dialect.
        dialect: String,
        /// What is to be said, as dialect files name it.
        intent: &'static str,
        /// The attribute that says it.
        attribute: String,
        /// What it would be, in its own unit.
        value: u64,
        /// The greatest it can be.
        max: u64,
        /// Does the dialect say the plan's group in its place?
        group_instead: bool,
    },
    /// A text.
    #[error(
        "the dialect {dialect} cannot say this {intent}: {attribute} would be {len} octets long, \
         and is at most {max}"
    )]
    TooLong {
        /// The dialect.
        dialect: String,
        /// What is to be said, as dialect files name it.
        intent: &'static str,
        /// The attribute that says it.
        attribute: String,
        /// How long it would be, octets.
        len: usize,
        /// The longest it can be.
        max: usize,
    },
}

const fn advice(group_instead: bool) -> &'static str {
    if group_instead {
        "; set up a profile on the NAS and make it the plan's group: it is sent in place of rates"
    } else {
        ""
    }
}

impl Dialects {
    /// Can the dialect of this name say all that `terms` grant? One that does not exist says
    /// nothing, which is no error here. What belongs to a service alone is not looked at.
    ///
    /// # Errors
    /// [`Inexpressible`] for the first thing that an attribute of the dialect has no room for. A
    /// session would get less instead: the greatest number, or no attributes at all.
    pub fn check(&self, dialect_name: &str, terms: &Terms) -> Result<(), Inexpressible> {
        let Some(dialect) = self.named(dialect_name) else { return Ok(()) };
        dialect.check(&grant::of_plan(terms), |_| true)?;
        let special = terms.when_withheld_for.iter().map(|(_, when)| when);
        for when in core::iter::once(&terms.when_withheld).chain(special) {
            if let WhenWithheld::Quarantine(quarantine) = when {
                let intents = Intents {
                    pool: quarantine.pool.as_deref(),
                    address_list: quarantine.address_list.as_deref(),
                    ..Intents::default()
                };
                dialect.check(&intents, |kind| {
                    matches!(kind, IntentKind::Pool | IntentKind::AddressList)
                })?;
            }
        }
        Ok(())
    }
}

impl Dialect {
    /// Is there room for what the rules for these kinds of intent write, at log-in and later?
    fn check(
        &self,
        intents: &Intents<'_>,
        of: impl Fn(IntentKind) -> bool,
    ) -> Result<(), Inexpressible> {
        let rules = self.rules.iter().chain(&self.changes.rules);
        for rule in rules.filter(|rule| rule.applies(intents) && of(rule.intent)) {
            for number in 0..intents.count(rule.intent) {
                let room = rule.attribute.room();
                if let Some(excess) = rule.template.excess(intents, number, room) {
                    return Err(self.inexpressible(rule, excess));
                }
            }
        }
        Ok(())
    }

    fn inexpressible(&self, rule: &Rule, excess: Excess) -> Inexpressible {
        let (dialect, intent) = (self.name.to_string(), rule.intent.name());
        let attribute = rule.attribute_name.to_string();
        match excess {
            Excess::Number { value, max } => {
                let group_instead = rule.unless.contains(&IntentKind::Group);
                Inexpressible::TooGreat { dialect, intent, attribute, value, max, group_instead }
            }
            Excess::Text { len, max } => {
                Inexpressible::TooLong { dialect, intent, attribute, len, max }
            }
        }
    }
}
