//! Identities that both halves of Weir use. The numbers are the store's row ids.

use core::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// An operator of the installation: every row belongs to one, and every query says which.
    TenantId
}
id! {
    /// A customer of a tenant: a person or a company, with any number of services.
    SubscriberId
}
id! {
    /// One access of a subscriber, with its own login, plan, address and state.
    ServiceId
}
id! {
    /// What a tenant sells: the [`Terms`](crate::Terms) that every service on it shares.
    PlanId
}
