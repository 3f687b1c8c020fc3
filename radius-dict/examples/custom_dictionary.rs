//! A vendor's attributes, known at run time and without compiling anything anew.
//!
//! Run it with `cargo run --example custom_dictionary -p radius-dict`.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use radius_dict::handle::Text;
use radius_dict::text::{self, Hiding, parse_pairs};
use radius_dict::{Dictionary, Handle, ReadAttributes};
use radius_proto::{Code, Packet, PacketWriter, Secret, VendorId};

/// What stands in a vendor's file; `Dictionary::extend_from_file` reads one.
const ACME: &str = "\
VENDOR          Acme                    32473
BEGIN-VENDOR    Acme
ATTRIBUTE       Acme-Profile            1       string
ATTRIBUTE       Acme-Burst              2       tlv
ATTRIBUTE       Acme-Burst-Rate         2.1     integer
ATTRIBUTE       Acme-Burst-When         2.2     integer
VALUE           Acme-Burst-When         Night   2
END-VENDOR      Acme
";

/// Code that knows the attribute when it is compiled reads it with a handle, like those in `attr`.
const ACME_PROFILE: Handle<Text> = Handle::of_vendor("Acme-Profile", VendorId(32_473), 1);

fn main() -> Result<(), Box<dyn Error>> {
    let mut dictionary = Dictionary::builtin().clone();
    dictionary.extend_from_text("dictionary.acme", ACME)?;

    let typed = "Acme-Profile = \"gold\", Acme-Burst-Rate = 50000, Acme-Burst-When = Night";
    let secret = Secret::new("testing123")?;
    let authenticator = [0; 16];
    let mut hiding = Hiding::new(&authenticator, &secret, [0x80, 1]);
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_ACCEPT, 1)?;
    for pair in parse_pairs(&dictionary, typed)? {
        pair.write(&mut writer, &mut hiding)?;
    }
    let packet = Packet::parse(writer.finish_response(&authenticator, &secret))?;
    assert_eq!(packet.get(ACME_PROFILE), Some("gold"));
    print!("{}", text::packet(&dictionary, packet));

    // A mistake is shown where it is, and nothing of the text is taken.
    let mistaken = ACME.replace("2.2     integer", "2.3     intger");
    let error = dictionary.extend_from_text("dictionary.mistaken", &mistaken);
    println!("\n{}", error.err().ok_or("the mistake was overlooked")?);
    Ok(())
}
