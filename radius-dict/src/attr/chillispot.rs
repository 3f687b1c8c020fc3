// Written by `cargo xtask dict` from dictionaries/dictionary.chillispot; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Text};

const VENDOR: VendorId = VendorId(14_559);

/// `ChilliSpot-Max-Input-Octets` (1): Octets the user may upload, low 32 bits.
pub const CHILLISPOT_MAX_INPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Max-Input-Octets", VENDOR, 1);

/// `ChilliSpot-Max-Output-Octets` (2): Octets the user may download, low 32 bits.
pub const CHILLISPOT_MAX_OUTPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Max-Output-Octets", VENDOR, 2);

/// `ChilliSpot-Max-Total-Octets` (3): Octets the user may upload and download together, low 32 bits.
pub const CHILLISPOT_MAX_TOTAL_OCTETS: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Max-Total-Octets", VENDOR, 3);

/// `ChilliSpot-Bandwidth-Max-Up` (4): The most upload speed, kilobits a second.
pub const CHILLISPOT_BANDWIDTH_MAX_UP: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Bandwidth-Max-Up", VENDOR, 4);

/// `ChilliSpot-Bandwidth-Max-Down` (5): The most download speed, kilobits a second.
pub const CHILLISPOT_BANDWIDTH_MAX_DOWN: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Bandwidth-Max-Down", VENDOR, 5);

/// `ChilliSpot-Config` (6): A setting for the hotspot.
pub const CHILLISPOT_CONFIG: Handle<Text> = Handle::of_vendor("ChilliSpot-Config", VENDOR, 6);

/// `ChilliSpot-Lang` (7): The language of the user's pages.
pub const CHILLISPOT_LANG: Handle<Text> = Handle::of_vendor("ChilliSpot-Lang", VENDOR, 7);

/// `ChilliSpot-Version` (8): The hotspot's software version.
pub const CHILLISPOT_VERSION: Handle<Text> = Handle::of_vendor("ChilliSpot-Version", VENDOR, 8);

/// `ChilliSpot-OriginalURL` (9): The page the user asked for before logging in.
pub const CHILLISPOT_ORIGINALURL: Handle<Text> =
    Handle::of_vendor("ChilliSpot-OriginalURL", VENDOR, 9);

/// `ChilliSpot-Acct-View-Point` (10): Whose input and output the accounting counters mean.
pub const CHILLISPOT_ACCT_VIEW_POINT: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Acct-View-Point", VENDOR, 10);

/// `ChilliSpot-Max-Input-Gigawords` (21): Octets the user may upload, high 32 bits.
pub const CHILLISPOT_MAX_INPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Max-Input-Gigawords", VENDOR, 21);

/// `ChilliSpot-Max-Output-Gigawords` (22): Octets the user may download, high 32 bits.
pub const CHILLISPOT_MAX_OUTPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Max-Output-Gigawords", VENDOR, 22);

/// `ChilliSpot-Max-Total-Gigawords` (23): Octets the user may upload and download together, high 32 bits.
pub const CHILLISPOT_MAX_TOTAL_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Max-Total-Gigawords", VENDOR, 23);

/// `ChilliSpot-UAM-Allowed` (100): Where users may go before logging in.
pub const CHILLISPOT_UAM_ALLOWED: Handle<Text> =
    Handle::of_vendor("ChilliSpot-UAM-Allowed", VENDOR, 100);

/// `ChilliSpot-MAC-Allowed` (101): Which devices need not log in.
pub const CHILLISPOT_MAC_ALLOWED: Handle<Text> =
    Handle::of_vendor("ChilliSpot-MAC-Allowed", VENDOR, 101);

/// `ChilliSpot-Interval` (102): Seconds after which the hotspot asks for its settings again.
pub const CHILLISPOT_INTERVAL: Handle<Integer> =
    Handle::of_vendor("ChilliSpot-Interval", VENDOR, 102);

/// The values of `ChilliSpot-Acct-View-Point`.
pub mod chillispot_acct_view_point {
    /// `ChilliSpot-NAS-View-Point`.
    pub const CHILLISPOT_NAS_VIEW_POINT: u32 = 1;

    /// `ChilliSpot-Client-View-Point`.
    pub const CHILLISPOT_CLIENT_VIEW_POINT: u32 = 2;
}
