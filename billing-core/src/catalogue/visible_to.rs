//! To whom an offer is shown, as it is written.

use std::collections::BTreeSet;

use super::visibility::{AccessKind, Among, CustomerCategory, DeviceCapability, Visibility};

/// A text that says nothing about to whom an offer is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` does not say to whom it is shown: {problem}; it is written `access=ppp,dhcp`, \
     `category=business`, `device=ipv6,voice`, `zone=north`, `hours=mon-fri 08:00-18:00`, and `access=all` \
     for any", text.escape_debug()
)]
pub struct VisibilityTextError {
    /// As written.
    pub text: String,
    /// What is wrong with it.
    pub problem: String,
}

/// The word for no condition.
const ALL: &str = "all";

impl<Z: Ord> Visibility<Z> {
    /// Sets the condition that a text says, in the place of the one about the same thing; `zone` finds a
    /// zone as it is written.
    ///
    /// # Errors
    /// When the text says none.
    pub fn set(
        &mut self,
        text: &str,
        zone: impl Fn(&str) -> Option<Z>,
    ) -> Result<(), VisibilityTextError> {
        let error = |problem| VisibilityTextError { text: text.to_owned(), problem };
        let (about, value) =
            text.split_once('=').ok_or_else(|| error("it has no `=`".to_owned()))?;
        let value = value.trim();
        match about.trim() {
            "access" => self.access = among(value, AccessKind::from_code).map_err(error)?,
            "category" => {
                self.categories = among(value, CustomerCategory::from_code).map_err(error)?;
            }
            "device" => {
                let needs = among(value, DeviceCapability::from_code).map_err(error)?;
                self.needs = match needs {
                    Among::All => BTreeSet::new(),
                    Among::Only(needs) => needs,
                };
            }
            "zone" => self.zones = among(value, zone).map_err(error)?,
            "hours" if value == ALL => self.hours = None,
            "hours" => {
                let hours = value.parse().map_err(|wrong: entitlement::HoursError| wrong);
                self.hours = Some(hours.map_err(|wrong| error(wrong.to_string()))?);
            }
            other => return Err(error(format!("nothing is known of `{other}`"))),
        }
        Ok(())
    }

    /// Its conditions but for its dates, each as [`set`](Self::set) takes it; `zone` writes a zone.
    #[must_use]
    pub fn conditions(&self, zone: impl Fn(&Z) -> String) -> Vec<String> {
        let written = |about: &str, words: Vec<String>| {
            (!words.is_empty()).then(|| format!("{about}={}", words.join(",")))
        };
        let access = self.access.words(|kind| kind.code().to_owned());
        let categories = self.categories.words(|category| category.code().to_owned());
        let needs = self.needs.iter().map(|need| need.code().to_owned()).collect();
        let conditions = [
            written("access", access),
            written("category", categories),
            written("device", needs),
            written("zone", self.zones.words(zone)),
            self.hours.as_ref().map(|hours| format!("hours={hours}")),
        ];
        conditions.into_iter().flatten().collect()
    }

    /// The same with other words for zones; `None`: there is none for one of them.
    #[must_use]
    pub fn with_zones<Y: Ord>(self, zone: impl Fn(&Z) -> Option<Y>) -> Option<Visibility<Y>> {
        let Self { access, categories, needs, zones, dates, hours } = self;
        let zones = match zones {
            Among::All => Among::All,
            Among::Only(zones) => Among::Only(zones.iter().map(zone).collect::<Option<_>>()?),
        };
        Some(Visibility { access, categories, needs, zones, dates, hours })
    }
}

impl<T> Among<T> {
    fn words(&self, word: impl Fn(&T) -> String) -> Vec<String> {
        match self {
            Self::All => Vec::new(),
            Self::Only(some) => some.iter().map(word).collect(),
        }
    }
}

fn among<T: Ord>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Among<T>, String> {
    if text == ALL {
        return Ok(Among::All);
    }
    let one = |word: &str| {
        let word = word.trim();
        read(word).ok_or_else(|| format!("nothing is known of `{word}`"))
    };
    text.split(',').map(one).collect::<Result<_, _>>().map(Among::Only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ZoneId;

    fn zone(text: &str) -> Option<ZoneId> {
        text.parse().ok().map(ZoneId)
    }

    fn read(texts: &[&str]) -> Result<Visibility, VisibilityTextError> {
        let mut visibility = Visibility::default();
        texts.iter().try_for_each(|text| visibility.set(text, zone))?;
        Ok(visibility)
    }

    fn written(visibility: &Visibility) -> Vec<String> {
        visibility.conditions(|zone| zone.0.to_string())
    }

    #[test]
    fn conditions_are_read_as_they_are_written() {
        let texts = [
            "access=ppp,hotspot,dhcp,wireless,dot1x,static",
            "category=residential,business,enterprise,public-body,reseller",
            "device=ipv6,5ghz,gigabit-port,voice,multicast",
            "zone=3,7",
            "hours=mon-fri 08:00-18:00, sat 09:00-13:00",
        ];
        let all = read(&texts).unwrap();
        assert_eq!(written(&all), texts);
        assert_eq!(all.zones, Among::Only([ZoneId(3), ZoneId(7)].into()));
        assert_eq!(all.needs.len(), 5);
        // The last one about a thing holds, and what is for all names nothing.
        let last = read(&["access = dhcp , ppp", "access=ppp", "zone=3", "zone=all"]).unwrap();
        assert_eq!(written(&last), ["access=ppp"]);
        let cleared = ["access=all", "category=all", "device=all", "zone=all", "hours=all"];
        assert_eq!(read(&[&texts[..], &cleared[..]].concat()), Ok(Visibility::default()));
    }

    #[test]
    fn what_says_nothing_says_why() {
        let table = [
            ("ppp", "it has no `=`"),
            ("colour=red", "nothing is known of `colour`"),
            ("access=", "nothing is known of ``"),
            ("access=ppp,pppoe", "nothing is known of `pppoe`"),
            ("category=Business", "nothing is known of `Business`"),
            ("device=all,ipv6", "nothing is known of `all`"),
            ("zone=north", "nothing is known of `north`"),
        ];
        for (text, problem) in table {
            assert_eq!(read(&[text]).unwrap_err().problem, problem, "{text}");
        }
        let hours = read(&["hours=noon"]).unwrap_err().to_string();
        assert!(
            hours.starts_with("`hours=noon` does not say to whom it is shown: `noon` is no"),
            "{hours}"
        );
    }

    #[test]
    fn zones_have_names_for_people_and_numbers_for_rules() {
        let mut named = Visibility::<String>::default();
        named.set("zone=north,south", |name| Some(name.to_owned())).unwrap();
        let number =
            |name: &String| (name != "west").then(|| ZoneId(name.len().try_into().unwrap()));
        let ids = named.clone().with_zones(number).unwrap();
        assert_eq!(ids.zones, Among::Only([ZoneId(5)].into()));
        named.set("zone=west", |name| Some(name.to_owned())).unwrap();
        assert_eq!(named.with_zones(number), None);
    }
}
