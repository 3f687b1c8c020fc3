//! The services that a router knows, and the text that activates one: `tiered(1280000, 5120000)`.

use std::str::FromStr;

use crate::rate_limit::Directions;

/// A text that activates a service: its name, and its parameters in the order of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceText {
    /// The name.
    pub name: String,
    /// The parameters, without the spaces around them.
    pub parameters: Vec<String>,
}

/// A text that activates nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a name, or a name and its parameters as in tiered(1280000, 5120000)")]
pub struct ServiceTextError(String);

impl FromStr for ServiceText {
    type Err = ServiceTextError;

    fn from_str(text: &str) -> Result<Self, ServiceTextError> {
        let wrong = || ServiceTextError(text.to_owned());
        let (name, parameters) = match text.split_once('(') {
            None => (text, ""),
            Some((name, rest)) => (name, rest.strip_suffix(')').ok_or_else(wrong)?),
        };
        let name_fits = |byte: u8| byte.is_ascii_graphic() && !b"(),".contains(&byte);
        if name.is_empty() || !name.bytes().all(name_fits) {
            return Err(wrong());
        }
        let parameters: Vec<String> = if parameters.trim().is_empty() {
            Vec::new()
        } else {
            parameters.split(',').map(|parameter| parameter.trim().to_owned()).collect()
        };
        if parameters.iter().any(|parameter| parameter.is_empty() || parameter.contains(['(', ')']))
        {
            return Err(wrong());
        }
        Ok(Self { name: name.to_owned(), parameters })
    }
}

/// A service that a router knows: a macro, a dynamic profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: ServiceText,
    group: Option<i32>,
}

impl Template {
    /// What the parameters are called that give the speed, bits a second.
    const UPLOAD: &'static str = "inputBW";
    const DOWNLOAD: &'static str = "outputBW";

    /// The services of the vendor's examples.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        [
            "tiered(inputBW, outputBW)",
            "voice(inputBW, outputBW)",
            "IPV4(inputBW, outputBW)",
            "svc-ipoe-policer(inputBW, outputBW)",
            "http(address, port)",
            "redirDynamic(url)",
            "ipoe-parking",
        ]
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
    }

    /// Whether this text is of this service, with as many parameters.
    #[must_use]
    pub fn takes(&self, text: &ServiceText) -> bool {
        self.text.name == text.name && self.text.parameters.len() == text.parameters.len()
    }

    /// The group of which only one service is active at a time.
    pub(crate) const fn group(&self) -> Option<i32> {
        self.group
    }

    /// The speed that the parameters give; nothing where they give none.
    pub(crate) fn rate_bps(&self, text: &ServiceText) -> Option<Directions<u64>> {
        let rate = |called: &str| {
            let place = self.text.parameters.iter().position(|it| it == called)?;
            crate::rate_limit::bits_per_second(text.parameters.get(place)?)
        };
        Some(Directions { upload: rate(Self::UPLOAD)?, download: rate(Self::DOWNLOAD)? })
    }
}

impl FromStr for Template {
    type Err = ServiceTextError;

    /// `tiered(inputBW, outputBW)`, and `#1` behind it for a service of that group.
    fn from_str(text: &str) -> Result<Self, ServiceTextError> {
        let (service, group) = match text.split_once('#') {
            None => (text, None),
            Some((service, group)) => {
                let group = group.parse().map_err(|_| ServiceTextError(text.to_owned()))?;
                (service, Some(group))
            }
        };
        Ok(Self { text: service.parse()?, group })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> ServiceText {
        text.parse().unwrap()
    }

    #[test]
    fn texts_of_the_manuals_are_read() {
        let tiered = text("tiered(1280000, 5120000)");
        assert_eq!((tiered.name.as_str(), tiered.parameters.len()), ("tiered", 2));
        assert_eq!(text("IPV4(20M,30M)").parameters, ["20M", "30M"]);
        assert_eq!(text("redirDynamic(http://172.16.13.11)").parameters.len(), 1);
        assert_eq!(text("ipoe-parking").parameters.len(), 0);
        assert_eq!(text("ipoe-parking()"), text("ipoe-parking"));
        for wrong in ["", "(1)", "tiered(1", "tiered(1,)", "tiered(1))", "tie red(1)", "a)"] {
            assert!(wrong.parse::<ServiceText>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_template_counts_parameters_and_knows_the_speed() {
        let template: Template = "tiered(inputBW, outputBW)#1".parse().unwrap();
        assert_eq!(template.group(), Some(1));
        assert!(template.takes(&text("tiered(1, 2)")));
        assert!(!template.takes(&text("tiered(1)")) && !template.takes(&text("voice(1, 2)")));
        let rate = template.rate_bps(&text("tiered(2M, 10M)"));
        assert_eq!(rate, Some(Directions { upload: 2_000_000, download: 10_000_000 }));
        assert_eq!(template.rate_bps(&text("tiered(fast, 10M)")), None);
        assert_eq!(Template::usual().len(), 7);
        assert!("tiered(a)#x".parse::<Template>().is_err());
    }

    proptest! {
        /// What is written is read again, however the spaces stand.
        #[test]
        fn written_and_read(
            name in "[A-Za-z][A-Za-z0-9_-]{0,20}",
            parameters in prop::collection::vec("[A-Za-z0-9.:/-]{1,12}", 0..6),
            space in "[ ]{0,2}",
        ) {
            let joined = parameters.join(&format!("{space},{space}"));
            let read = text(&format!("{name}({space}{joined}{space})"));
            prop_assert_eq!(read, ServiceText { name, parameters });
        }

        #[test]
        fn no_text_is_too_odd(text in ".{0,60}") {
            if let Ok(read) = text.parse::<ServiceText>() {
                prop_assert!(text.starts_with(&read.name));
            }
        }
    }
}
