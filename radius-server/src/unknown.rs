//! Who sent packets without being a NAS of the installation.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aaa_engine::ports::ListenerName;
use entitlement::Timestamp;
use radius_proto::{AttributeType, Packet};

/// How many unknown sources are remembered; beyond it the one that has been silent for longest is
/// forgotten.
pub const UNKNOWN_NAS_MAX: usize = 1024;

/// A source that is no NAS of the installation: a router that is to be claimed, or a stranger.
/// It never gets an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownNas {
    /// Where its packets come from.
    pub source: IpAddr,
    /// The listener they come to.
    pub listener: ListenerName,
    /// When the first one came, since the server started.
    pub first_seen: Timestamp,
    /// When the last one came.
    pub last_seen: Timestamp,
    /// How many came.
    pub packets: u64,
    /// The NAS-Identifier that was last seen in one, escaped: it is whatever a stranger wrote.
    pub nas_identifier: Option<Arc<str>>,
}

/// The unknown sources seen lately.
#[derive(Default)]
pub(crate) struct UnknownNasTable {
    sources: Mutex<HashMap<(IpAddr, ListenerName), UnknownNas>>,
}

impl UnknownNasTable {
    /// Notes a datagram from `source`; true when the source is new.
    pub(crate) fn note(
        &self,
        source: IpAddr,
        listener: &ListenerName,
        datagram: &[u8],
        now: Timestamp,
    ) -> bool {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (source, listener.clone());
        let is_new = !sources.contains_key(&key);
        if is_new && sources.len() >= UNKNOWN_NAS_MAX {
            let silent = sources.iter().min_by_key(|(_, unknown)| unknown.last_seen);
            if let Some(key) = silent.map(|(key, _)| key.clone()) {
                sources.remove(&key);
            }
        }
        let unknown = sources.entry(key).or_insert_with(|| UnknownNas {
            source,
            listener: listener.clone(),
            first_seen: now,
            last_seen: now,
            packets: 0,
            nas_identifier: None,
        });
        unknown.packets += 1;
        unknown.last_seen = now;
        if let Some(name) = nas_identifier(datagram) {
            unknown.nas_identifier = Some(name);
        }
        is_new
    }

    /// All of them, the one seen last first.
    pub(crate) fn list(&self) -> Vec<UnknownNas> {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let mut list: Vec<_> = sources.values().cloned().collect();
        drop(sources);
        list.sort_by(|a, b| b.last_seen.cmp(&a.last_seen).then_with(|| a.source.cmp(&b.source)));
        list
    }

    /// Forgets a source that turned out to be a NAS by now.
    pub(crate) fn retain_unknown(&self, is_known: impl Fn(&ListenerName, IpAddr) -> bool) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources.retain(|(source, listener), _| !is_known(listener, *source));
    }
}

fn nas_identifier(datagram: &[u8]) -> Option<Arc<str>> {
    let packet = Packet::parse(datagram).ok()?;
    let name = packet.first(AttributeType::NAS_IDENTIFIER)?;
    Some(name.escape_ascii().to_string().into())
}

#[cfg(test)]
mod tests {
    use radius_proto::{Code, PacketWriter, Secret};

    use super::*;

    fn at(unix_s: i64) -> Timestamp {
        Timestamp::from_unix_s(unix_s)
    }

    #[test]
    fn sources_are_listed_with_what_they_call_themselves() {
        let mut buffer = [0; 4096];
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 1)
                .unwrap();
        writer.attribute(AttributeType::NAS_IDENTIFIER, b"core\x1b[31m").unwrap();
        let packet = writer.finish_access_request(&[0; 16], &Secret::new("x").unwrap());
        let table = UnknownNasTable::default();
        let (here, there) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let listener = ListenerName("main".into());
        assert!(table.note(here, &listener, packet, at(1)));
        assert!(table.note(there, &listener, b"noise", at(2)));
        assert!(!table.note(here, &listener, b"noise", at(3)));
        let list = table.list();
        assert_eq!(list.iter().map(|unknown| unknown.source).collect::<Vec<_>>(), [here, there]);
        assert_eq!((list[0].packets, list[0].first_seen, list[0].last_seen), (2, at(1), at(3)));
        assert_eq!(list[0].nas_identifier.as_deref(), Some("core\\x1b[31m"));
        assert_eq!(list[1].nas_identifier, None);
        table.retain_unknown(|_, source| source == here);
        assert_eq!(table.list().len(), 1);
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let table = UnknownNasTable::default();
        let listener = ListenerName("main".into());
        for n in 0..2_000_u32 {
            let source = IpAddr::from(n.to_be_bytes());
            table.note(source, &listener, b"", at(i64::from(n)));
        }
        let list = table.list();
        assert_eq!(list.len(), UNKNOWN_NAS_MAX);
        assert_eq!(list[0].source, IpAddr::from(1_999_u32.to_be_bytes()));
    }
}
