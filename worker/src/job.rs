//! What a worker does, and in which order.

/// What is done for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Job {
    Each(Each),
    Renew,
    LookAgain,
    Bill,
    Dun,
    CleanOutbox,
}

/// What is done for one after the other of those that are due, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Each {
    CarryOut,
    CarryOver,
    NoticeUsedUp,
    NoticeLapsed,
    TellOver,
    FallSilent,
    ExpireHolds,
    ExpireIntents,
    ExpireVouchers,
    TopUp,
}

impl Job {
    /// In the order in which they are done.
    pub(crate) const ALL: [Self; 15] = [
        Self::Each(Each::CarryOut),
        // Before it is seen what is used up.
        Self::Each(Each::CarryOver),
        // Before what is due by that is renewed.
        Self::Each(Each::NoticeUsedUp),
        Self::Each(Each::NoticeLapsed),
        Self::Renew,
        // What is renewed is not over.
        Self::Each(Each::TellOver),
        Self::LookAgain,
        Self::Bill,
        Self::Dun,
        // Before what is held for them expires.
        Self::Each(Each::FallSilent),
        Self::Each(Each::ExpireHolds),
        Self::Each(Each::ExpireIntents),
        Self::Each(Each::ExpireVouchers),
        // When all that is due now has taken from the wallets.
        Self::Each(Each::TopUp),
        Self::CleanOutbox,
    ];

    /// As the log names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Each(each) => each.name(),
            Self::Renew => "renew packages",
            Self::LookAgain => "find who is billed otherwise",
            Self::Bill => "bill",
            Self::Dun => "dun who does not pay",
            Self::CleanOutbox => "remove events that were delivered",
        }
    }
}

impl Each {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::CarryOut => "carry out what was entered ahead",
            Self::CarryOver => "carry over what is left",
            Self::NoticeUsedUp => "see which data is used up",
            Self::NoticeLapsed => "see which data has lapsed",
            Self::TellOver => "tell which packages are over",
            Self::FallSilent => "charge sessions that are silent",
            Self::ExpireHolds => "let go what has expired",
            Self::ExpireIntents => "end intents to pay whose time is over",
            Self::ExpireVouchers => "end vouchers whose time is over",
            Self::TopUp => "top up wallets",
        }
    }
}
