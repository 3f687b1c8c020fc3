//! Why a log-in came out as it did, for the authentication log.

use core::fmt;

use radius_proto::WriteError;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $words:literal;)*) => {
        /// Why a log-in was accepted, quarantined or rejected.
        ///
        /// [`code`](Self::code) is what is stored and never changes; `Display` is what an
        /// operator reads.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name that is stored, in snake case; it never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }

        impl fmt::Display for Reason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$name => $words,)*
                })
            }
        }
    };
}

reasons! {
    /// The credentials are right and the service may be used.
    Ok = "ok", "accepted";
    /// No service of the tenant has this login.
    UnknownLogin = "unknown_login", "no service has this login";
    /// No service of the tenant has what the NAS says of the line, nor this login.
    UnknownLine = "unknown_line",
        "no service has this line, port or address, nor this login";
    /// The password, or the response made from it, is wrong.
    WrongPassword = "wrong_password", "wrong password";
    /// The password is right, and the one-time code is wrong.
    WrongCode = "wrong_code", "wrong one-time code";
    /// The one-time code was accepted before, or one after it was.
    CodeUsed = "code_used", "this one-time code, or one after it, was used before";
    /// The service asks for a one-time code, and the method brings none.
    CodeMissing = "code_missing",
        "the password is right, but the one-time code is missing, which only PAP can bring";
    /// A one-time code without the State of a question to this login at this NAS.
    CodeOutOfTurn = "code_out_of_turn",
        "the one-time code answers no question that was put to this login at this NAS";
    /// A one-time code in answer to a question that is too old.
    CodeTooLate = "code_too_late", "the one-time code came too late after it was asked for";
    /// A log-in by MAC address comes from another one.
    OtherStation = "other_station", "the device that asks has another MAC address than the login";
    /// A log-in by MAC address asks for a service that is not for devices.
    NotForDevices = "not_for_devices",
        "a log-in by MAC address is for connections, not for the router itself";
    /// A device has to be known by its MAC address, and the request does not say one.
    NoDeviceAddress = "no_device_address",
        "the request does not say the MAC address of the device (Calling-Station-Id)";
    /// The device is denied to the service.
    DeviceDenied = "device_denied", "this device is denied to the service";
    /// The device is not on the service's list.
    UnknownDevice = "unknown_device", "this device is not one of the service's own";
    /// The service has as many devices as its plan allows.
    TooManyDevices = "too_many_devices",
        "the service has as many devices as its plan allows, and this is another one";
    /// The service has as many sessions as its plan allows.
    TooManySessions = "too_many_sessions",
        "the service has as many sessions at a time as its plan allows";
    /// The pool that the address should come from has none left.
    PoolExhausted = "pool_exhausted", "the pool of addresses is exhausted";
    /// Too many wrong passwords were tried.
    LockedOut = "locked_out", "too many wrong passwords; the login is locked for a while";
    /// The service's validity has not begun.
    NotYetValid = "not_yet_valid", "the service is not valid yet";
    /// The service's validity is over.
    Expired = "expired", "the service expired";
    /// It is not an hour at which the plan may be used.
    OutsideHours = "outside_hours", "the plan may not be used at this hour";
    /// A quota of the plan is used up.
    QuotaExhausted = "quota_exhausted", "the quota of the plan is used up";
    /// It is paid as it goes, and there is no money for what it would use next.
    WalletUsedUp = "wallet_used_up", "the wallet is used up";
    /// It shares the data of another service, which may not be used itself.
    LeadWithheld = "lead_withheld",
        "the service whose data it shares may not be used itself";
    /// The operator suspended the service.
    Suspended = "suspended", "the service is suspended";
    /// The service was ended for good.
    Terminated = "terminated", "the service was terminated";
    /// There is no User-Name in the request.
    NoUserName = "no_user_name", "the request carried no User-Name";
    /// There is nothing in the request that proves anything.
    NoCredentials = "no_credentials", "the request carried no credentials";
    /// The password is empty.
    EmptyPassword = "empty_password", "the password is empty";
    /// The credentials have lengths that no method uses.
    MalformedCredentials = "malformed_credentials", "the credentials in the request are malformed";
    /// MS-CHAP-Response carries only the LM response.
    LmResponseOnly = "lm_response_only",
        "the request carried only an LM response, which is too weak to be accepted";
    /// The subscriber's device refuses EAP-MD5, or uses another method of EAP.
    EapUnsupported = "eap_unsupported",
        "the subscriber's device asks for an EAP method other than EAP-MD5, which is not supported";
    /// The identity that EAP says is not the User-Name.
    EapIdentityDiffers = "eap_identity_differs", "the EAP identity is not the same as the User-Name";
    /// A response without the State of a challenge to this login at this NAS.
    EapOutOfTurn = "eap_out_of_turn",
        "the EAP response answers no challenge that was made to this login at this NAS";
    /// A response to a challenge that is too old.
    EapTooLate = "eap_too_late", "the response to the EAP challenge came too late";
    /// The method is switched off.
    MethodOff = "method_off", "this authentication method is switched off";
    /// CHAP or EAP-MD5 was used with a credential stored as an NT hash.
    ChapNeedsClearText = "chap_needs_clear_text",
        "the password is stored as an NT hash, which CHAP and EAP-MD5 cannot use";
    /// MS-CHAP was used with a stored password that is not UTF-8.
    PasswordNotText = "password_not_text",
        "the stored password is not text, which MS-CHAP cannot use";
    /// The key that sealed the stored password is missing.
    CredentialKeyMissing = "credential_key_missing",
        "the stored password cannot be opened: its key is not in the key file";
    /// The sealed password is damaged.
    CredentialDamaged = "credential_damaged",
        "the stored password cannot be opened: it is damaged or belongs to another service";
    /// The NAS is set to a dialect that is not loaded.
    UnknownDialect = "unknown_dialect", "the NAS is set to a dialect that is not loaded";
    /// The plan names services of the NAS that it cannot be told.
    PlanServices = "plan_services",
        "the plan names services that the catalogue does not have so, or that this NAS cannot be told";
    /// The Access-Accept did not fit in a packet.
    ReplyTooLong = "reply_too_long", "the reply did not fit in a packet";
}

/// Of an Access-Accept that cannot be written.
impl From<WriteError> for Reason {
    fn from(_: WriteError) -> Self {
        Self::ReplyTooLong
    }
}

impl Reason {
    /// Whether it follows from what the service may do at a moment, and not from who logs in, from
    /// where and how.
    #[must_use]
    pub const fn is_of_rights(self) -> bool {
        matches!(
            self,
            Self::Ok
                | Self::NotYetValid
                | Self::Expired
                | Self::OutsideHours
                | Self::Suspended
                | Self::Terminated
                | Self::QuotaExhausted
                | Self::WalletUsedUp
                | Self::LeadWithheld
        )
    }

    /// The reason that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_snake_case_and_lead_back() {
        let codes: HashSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(*reason));
            assert!(reason.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
        assert_eq!(Reason::from_code("nonsense"), None);
    }
}
