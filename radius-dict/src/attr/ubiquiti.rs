// Written by `cargo xtask dict` from dictionaries/dictionary.ubiquiti; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Hidden, Integer64, TlvSequence};

const VENDOR: VendorId = VendorId(41_112);

/// `UBNT-Data-Rate-DL` (1): The download speed of the client.
pub const UBNT_DATA_RATE_DL: Handle<Integer64> = Handle::of_vendor("UBNT-Data-Rate-DL", VENDOR, 1);

/// `UBNT-Data-Rate-DL-Burst` (2): The burst of the client's download.
pub const UBNT_DATA_RATE_DL_BURST: Handle<Integer64> =
    Handle::of_vendor("UBNT-Data-Rate-DL-Burst", VENDOR, 2);

/// `UBNT-Data-Rate-UL` (3): The upload speed of the client.
pub const UBNT_DATA_RATE_UL: Handle<Integer64> = Handle::of_vendor("UBNT-Data-Rate-UL", VENDOR, 3);

/// `UBNT-Data-Rate-UL-Burst` (4): The burst of the client's upload.
pub const UBNT_DATA_RATE_UL_BURST: Handle<Integer64> =
    Handle::of_vendor("UBNT-Data-Rate-UL-Burst", VENDOR, 4);

/// `UBNT-Tunnel-Password-Entry` (5): One pre-shared key and its identifier; repeated for several keys.
pub const UBNT_TUNNEL_PASSWORD_ENTRY: Handle<TlvSequence> =
    Handle::of_vendor("UBNT-Tunnel-Password-Entry", VENDOR, 5);

/// `UBNT-Station-Keyid` (6): In accounting, the identifier of the pre-shared key the client used, where the AP is set to send it.
pub const UBNT_STATION_KEYID: Handle<Hidden> = Handle::of_vendor("UBNT-Station-Keyid", VENDOR, 6);
