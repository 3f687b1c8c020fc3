//! Ends a subscriber's session on a NAS.
//!
//! Run it with `cargo run --example disconnect -p coa-client --features tokio -- NAS SECRET USER`,
//! for example `… -- 192.0.2.1:3799 testing123 ana@example.net`.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use coa_client::{ClientSettings, CoaClient, Destination};
use radius_proto::{AttributeType, Secret};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [nas, secret, user] = arguments.as_slice() else {
        return Err("usage: disconnect NAS:PORT SECRET USER".into());
    };
    let destination = Destination::new(nas.parse()?, Secret::new(secret)?);
    let client = CoaClient::new(ClientSettings::default());
    let reply = client.disconnect(&destination, |request| {
        request.attribute(AttributeType::USER_NAME, user.as_bytes())
    });
    println!("{}", reply.await?.acknowledged()?);
    Ok(())
}
