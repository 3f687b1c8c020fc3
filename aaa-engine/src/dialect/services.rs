//! What a dialect says by activating services of the NAS, as Juniper's says the speed.

use radius_proto::VendorId;

use super::Dialect;
use crate::catalogue::{ServiceManner, ServiceText};
use crate::intent::{IntentKind, Intents};
use crate::reply_attributes::AttributeName;

/// ERX-Service-Activate.
const ACTIVATE: AttributeName = AttributeName::Vendor(VendorId(4_874), 65);

impl Dialect {
    /// How NASes of this kind are told of services, if they have any.
    pub(crate) const fn service_manner(&self) -> Option<ServiceManner> {
        self.services
    }

    /// The services that it activates to say `intents`.
    pub(crate) fn services(&self, intents: &Intents<'_>) -> Vec<ServiceText> {
        let mut services = Vec::new();
        let activating = |rule: &&super::Rule| rule.attribute.name() == ACTIVATE;
        for rule in self.rules.iter().filter(activating).filter(|rule| rule.applies(intents)) {
            for number in 0..intents.count(rule.intent) {
                // What cannot be written was told to no NAS.
                let _ = rule.template.render(intents, number, |value| {
                    let text = core::str::from_utf8(value).ok();
                    services.extend(text.and_then(|text| ServiceText::new(text).ok()));
                    Ok(())
                });
            }
        }
        services
    }

    /// Does it say intents of this kind by activating services, and by nothing else?
    pub(crate) fn says_by_service(&self, kind: IntentKind) -> bool {
        let mut rules = self.rules.iter().filter(|rule| rule.intent == kind).peekable();
        rules.peek().is_some() && rules.all(|rule| rule.attribute.name() == ACTIVATE)
    }
}
