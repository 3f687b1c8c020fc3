//! `weir`, except that `serve` keeps its journal on a disk that forgets what was not synced: what
//! SIGKILL does to a process, this does to its disk. While there is a file `disk-is-full` in the
//! folder it runs in, that disk is full.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use radius_server::journal::{Disk, TestDisk};
use weir::config::Loaded;

fn main() -> ExitCode {
    if std::env::args().all(|argument| argument != "serve") {
        return weir::cli::main();
    }
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> anyhow::Result<()> {
    let loaded: Loaded = weir::config::load(Some(Path::new("weir.toml")))?;
    weir::log::init(&loaded.config.log)?;
    let disk = TestDisk::new(&loaded.config.journal.directory)?;
    disk.full_while_exists("disk-is-full");
    let disk: Arc<dyn Disk> = Arc::new(disk);
    weir::serve::run(&loaded, Some(disk))
}
