//! Whether the ports are free, and if not, who has them.

use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::Path;

use anyhow::bail;

/// # Errors
/// When one of the two ports of 127.0.0.1 is taken: names who has it, if that can be seen.
pub(super) fn must_be_free(port_base: u16) -> anyhow::Result<()> {
    for port in [port_base, port_base + 1] {
        let Err(error) = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)) else { continue };
        let elsewhere = if port_base < 20_000 { port_base + 20_000 } else { port_base - 10_000 };
        match error.kind() {
            std::io::ErrorKind::AddrInUse => bail!(
                "UDP port {port} of 127.0.0.1 is taken by {}; end that, or use other ports: \
                 cargo xtask demo --port-base {elsewhere}",
                owner(port).unwrap_or_else(|| "a process of another user".to_owned())
            ),
            std::io::ErrorKind::PermissionDenied => bail!(
                "UDP port {port} needs privileges; use a higher one: cargo xtask demo \
                 --port-base {elsewhere}"
            ),
            _ => bail!("cannot use UDP port {port} of 127.0.0.1: {error}"),
        }
    }
    Ok(())
}

/// The process that has a UDP socket on this port, when we may see it.
fn owner(port: u16) -> Option<String> {
    let tables = ["/proc/net/udp", "/proc/net/udp6"];
    let inodes: Vec<String> = tables
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| inodes(&table, port))
        .collect();
    let processes = fs::read_dir("/proc").ok()?.flatten();
    processes.map(|process| process.path()).find_map(|process| {
        let id: u32 = process.file_name()?.to_str()?.parse().ok()?;
        if !has_one_of(&process, &inodes) {
            return None;
        }
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        Some(format!("{} (process {id})", name.trim()))
    })
}

/// Inodes of the sockets that are bound to this port, from a table of `/proc/net`.
fn inodes(table: &str, port: u16) -> Vec<String> {
    let bound = format!(":{port:04X}");
    table
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let local = fields.nth(1)?;
            let inode = fields.nth(7)?;
            local.ends_with(&bound).then(|| inode.to_owned())
        })
        .collect()
}

fn has_one_of(process: &Path, inodes: &[String]) -> bool {
    let descriptors = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    descriptors.filter_map(|descriptor| fs::read_link(descriptor.path()).ok()).any(|target| {
        let target = target.to_string_lossy();
        let inode = target.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']'));
        inode.is_some_and(|inode| inodes.iter().any(|bound| bound == inode))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_names_its_process_and_another_port() {
        let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = must_be_free(port).unwrap_err().to_string();
        let here = format!("(process {})", std::process::id());
        assert!(error.contains(&here) && error.contains("--port-base"), "{error}");
    }

    #[test]
    fn the_table_of_the_kernel_is_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n \
            1503: 0100007F:0714 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 41733 2 0000000000000000 0\n \
            1504: 0100007F:0715 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 41734 2 0000000000000000 0\n";
        assert_eq!(inodes(table, 1812), ["41733"]);
        assert_eq!(inodes(table, 1813), ["41734"]);
        assert!(inodes(table, 1814).is_empty());
    }
}
