//! A RADIUS server with one NAS (127.0.0.1, secret `testing123`) and one subscriber (`alice`,
//! password `wonderland`), which prints what happens: `cargo run --example minimal`.
#![allow(clippy::print_stdout, reason = "a program that shows what it does")]

mod one_of_each;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use aaa_engine::ports::ListenerName;
use aaa_engine::{ClassKey, Dialects, Engine, EngineSettings};
use one_of_each::{OneOfEach, Printer};
use radius_proto::Secret;
use radius_server::{Listener, RadiusServer, RunningServer};

pub(crate) fn start(auth: u16, acct: u16, journal: &Path) -> Result<RunningServer, Box<dyn Error>> {
    let directory = OneOfEach::new(Secret::new("testing123")?, "alice", "wonderland");
    let settings = EngineSettings::new(ClassKey::new("a key of sixteen octets or more")?);
    let server = RadiusServer::builder()
        .listener(Listener {
            name: ListenerName("main".into()),
            authentication: ([127, 0, 0, 1], auth).into(),
            accounting: ([127, 0, 0, 1], acct).into(),
        })
        .directory(Arc::new(directory))
        .sink(Printer)
        .engine(Engine::new(settings, Dialects::builtin()))
        .journal_dir(journal)
        .start()?;
    Ok(server)
}

#[allow(dead_code, reason = "a test calls `start` alone")]
fn main() -> Result<(), Box<dyn Error>> {
    let server = start(1812, 1813, &std::env::temp_dir().join("radius-server-minimal"))?;
    println!("{server:?}; press Enter to stop");
    std::io::stdin().read_line(&mut String::new())?;
    println!("{:?}", server.stop());
    Ok(())
}
