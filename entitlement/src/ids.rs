//! Identities that both halves of Weir use. The numbers are the store's row ids.

/// Declares identities of one kind: the id of a row of the store, which is printed as its number.
#[macro_export]
macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

row_id! {
    /// An operator of the installation: every row belongs to one, and every query says which.
    TenantId
}
row_id! {
    /// A customer of a tenant: a person or a company, with any number of services.
    SubscriberId
}
row_id! {
    /// One access of a subscriber, with its own login, plan, address and state.
    ServiceId
}
row_id! {
    /// What a tenant sells: the [`Terms`](crate::Terms) that every service on it shares.
    PlanId
}
