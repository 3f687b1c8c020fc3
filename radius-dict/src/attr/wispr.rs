// Written by `cargo xtask dict` from dictionaries/dictionary.wispr; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Text};

const VENDOR: VendorId = VendorId(14_122);

/// `WISPr-Location-ID` (1): Where the hotspot is: `isocc=,cc=,ac=,network=`.
pub const WISPR_LOCATION_ID: Handle<Text> = Handle::of_vendor("WISPr-Location-ID", VENDOR, 1);

/// `WISPr-Location-Name` (2): The hotspot's name for people.
pub const WISPR_LOCATION_NAME: Handle<Text> = Handle::of_vendor("WISPr-Location-Name", VENDOR, 2);

/// `WISPr-Logoff-URL` (3): Where the user logs off.
pub const WISPR_LOGOFF_URL: Handle<Text> = Handle::of_vendor("WISPr-Logoff-URL", VENDOR, 3);

/// `WISPr-Redirection-URL` (4): The page shown after logging in.
pub const WISPR_REDIRECTION_URL: Handle<Text> =
    Handle::of_vendor("WISPr-Redirection-URL", VENDOR, 4);

/// `WISPr-Bandwidth-Min-Up` (5): The least upload speed, bits a second.
pub const WISPR_BANDWIDTH_MIN_UP: Handle<Integer> =
    Handle::of_vendor("WISPr-Bandwidth-Min-Up", VENDOR, 5);

/// `WISPr-Bandwidth-Min-Down` (6): The least download speed, bits a second.
pub const WISPR_BANDWIDTH_MIN_DOWN: Handle<Integer> =
    Handle::of_vendor("WISPr-Bandwidth-Min-Down", VENDOR, 6);

/// `WISPr-Bandwidth-Max-Up` (7): The most upload speed, bits a second.
pub const WISPR_BANDWIDTH_MAX_UP: Handle<Integer> =
    Handle::of_vendor("WISPr-Bandwidth-Max-Up", VENDOR, 7);

/// `WISPr-Bandwidth-Max-Down` (8): The most download speed, bits a second.
pub const WISPR_BANDWIDTH_MAX_DOWN: Handle<Integer> =
    Handle::of_vendor("WISPr-Bandwidth-Max-Down", VENDOR, 8);

/// `WISPr-Session-Terminate-Time` (9): When the session is to end, as ISO 8601 with time zone: `2026-03-01T18:00:00+02:00`.
pub const WISPR_SESSION_TERMINATE_TIME: Handle<Text> =
    Handle::of_vendor("WISPr-Session-Terminate-Time", VENDOR, 9);

/// `WISPr-Session-Terminate-End-Of-Day` (10): Whether the session is to end at midnight of the hotspot.
pub const WISPR_SESSION_TERMINATE_END_OF_DAY: Handle<Text> =
    Handle::of_vendor("WISPr-Session-Terminate-End-Of-Day", VENDOR, 10);

/// `WISPr-Billing-Class-Of-Service` (11): The class of service to be billed.
pub const WISPR_BILLING_CLASS_OF_SERVICE: Handle<Text> =
    Handle::of_vendor("WISPr-Billing-Class-Of-Service", VENDOR, 11);
