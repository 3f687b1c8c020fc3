// Written by `cargo xtask dict` from dictionaries/dictionary.adsl-forum; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Octets};

const VENDOR: VendorId = VendorId(3561);

/// `ADSL-Agent-Circuit-Id` (1): The subscriber's port on the access node (RFC 4679 section 3.3.1); text by custom, but not always.
pub const ADSL_AGENT_CIRCUIT_ID: Handle<Octets> =
    Handle::of_vendor("ADSL-Agent-Circuit-Id", VENDOR, 1);

/// `ADSL-Agent-Remote-Id` (2): The subscriber's line as the operator names it (RFC 4679 section 3.3.2); text by custom, but not always.
pub const ADSL_AGENT_REMOTE_ID: Handle<Octets> =
    Handle::of_vendor("ADSL-Agent-Remote-Id", VENDOR, 2);

/// `ADSL-Actual-Data-Rate-Upstream` (129): The upload rate the line trained at.
pub const ADSL_ACTUAL_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Actual-Data-Rate-Upstream", VENDOR, 129);

/// `ADSL-Actual-Data-Rate-Downstream` (130): The download rate the line trained at.
pub const ADSL_ACTUAL_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Actual-Data-Rate-Downstream", VENDOR, 130);

/// `ADSL-Minimum-Data-Rate-Upstream` (131): The least upload rate the line is set to.
pub const ADSL_MINIMUM_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Minimum-Data-Rate-Upstream", VENDOR, 131);

/// `ADSL-Minimum-Data-Rate-Downstream` (132): The least download rate the line is set to.
pub const ADSL_MINIMUM_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Minimum-Data-Rate-Downstream", VENDOR, 132);

/// `ADSL-Attainable-Data-Rate-Upstream` (133): The upload rate the line could reach.
pub const ADSL_ATTAINABLE_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Attainable-Data-Rate-Upstream", VENDOR, 133);

/// `ADSL-Attainable-Data-Rate-Downstream` (134): The download rate the line could reach.
pub const ADSL_ATTAINABLE_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Attainable-Data-Rate-Downstream", VENDOR, 134);

/// `ADSL-Maximum-Data-Rate-Upstream` (135): The most upload rate the line is set to.
pub const ADSL_MAXIMUM_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Maximum-Data-Rate-Upstream", VENDOR, 135);

/// `ADSL-Maximum-Data-Rate-Downstream` (136): The most download rate the line is set to.
pub const ADSL_MAXIMUM_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Maximum-Data-Rate-Downstream", VENDOR, 136);

/// `ADSL-Minimum-Data-Rate-Upstream-Low-Power` (137): The least upload rate in the low power state.
pub const ADSL_MINIMUM_DATA_RATE_UPSTREAM_LOW_POWER: Handle<Integer> =
    Handle::of_vendor("ADSL-Minimum-Data-Rate-Upstream-Low-Power", VENDOR, 137);

/// `ADSL-Minimum-Data-Rate-Downstream-Low-Power` (138): The least download rate in the low power state.
pub const ADSL_MINIMUM_DATA_RATE_DOWNSTREAM_LOW_POWER: Handle<Integer> =
    Handle::of_vendor("ADSL-Minimum-Data-Rate-Downstream-Low-Power", VENDOR, 138);

/// `ADSL-Maximum-Interleaving-Delay-Upstream` (139): The most upload delay by interleaving.
pub const ADSL_MAXIMUM_INTERLEAVING_DELAY_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Maximum-Interleaving-Delay-Upstream", VENDOR, 139);

/// `ADSL-Actual-Interleaving-Delay-Upstream` (140): The upload delay by interleaving.
pub const ADSL_ACTUAL_INTERLEAVING_DELAY_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Actual-Interleaving-Delay-Upstream", VENDOR, 140);

/// `ADSL-Maximum-Interleaving-Delay-Downstream` (141): The most download delay by interleaving.
pub const ADSL_MAXIMUM_INTERLEAVING_DELAY_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Maximum-Interleaving-Delay-Downstream", VENDOR, 141);

/// `ADSL-Actual-Interleaving-Delay-Downstream` (142): The download delay by interleaving.
pub const ADSL_ACTUAL_INTERLEAVING_DELAY_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ADSL-Actual-Interleaving-Delay-Downstream", VENDOR, 142);

/// `ADSL-Access-Loop-Encapsulation` (144): Data link, first and second encapsulation of the line, one octet each.
pub const ADSL_ACCESS_LOOP_ENCAPSULATION: Handle<Octets> =
    Handle::of_vendor("ADSL-Access-Loop-Encapsulation", VENDOR, 144);

/// `ADSL-IWF-Session` (254): Present, and empty, when the access node turned PPPoA into PPPoE.
pub const ADSL_IWF_SESSION: Handle<Octets> = Handle::of_vendor("ADSL-IWF-Session", VENDOR, 254);
