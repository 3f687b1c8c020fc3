// Written by `cargo xtask dict` from dictionaries/dictionary.accel-ppp; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Text};

const VENDOR: VendorId = VendorId(55_999);

/// `Accel-VRF-Name` (1): The name of the VRF (virtual routing and forwarding instance) the session's interface is put into.
pub const ACCEL_VRF_NAME: Handle<Text> = Handle::of_vendor("Accel-VRF-Name", VENDOR, 1);
