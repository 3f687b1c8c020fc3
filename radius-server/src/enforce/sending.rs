//! From what is asked to what came of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use aaa_engine::Engine;
use aaa_engine::dialect::IdentityError;
use aaa_engine::enforcement::{Answer, Asked, RequestKind};
use aaa_engine::ports::Nas;
use aaa_engine::session::Session;
use coa_client::{CoaError, Destination, Reply};
use radius_proto::{Code, PACKET_LEN_MAX, Packet, PacketWriter, WriteError};
use tokio::runtime::Builder;
use tokio::sync::mpsc;

use super::Answered;
use crate::error::StartError;
use crate::lane::Shared;

/// Requests that wait to be taken up.
const REQUESTS_MAX: usize = 10_000;

/// What is to be asked, of what is known now.
pub(super) struct Request {
    pub(super) asked: Asked,
    pub(super) session: Session,
    pub(super) nas: Arc<Nas>,
}

/// Hands requests to the thread that sends them. It ends once nobody can hand it any.
pub(super) struct Sender(mpsc::Sender<Request>);

impl Sender {
    /// Starts the thread, which has the sockets and timers to itself: who decides what is asked
    /// waits for the disk now and then, and no answer is to wait for that. What comes of the
    /// requests is given to `answered`.
    pub(super) fn start(
        shared: Arc<Shared>,
        answered: mpsc::Sender<Answered>,
    ) -> Result<(Self, JoinHandle<()>), StartError> {
        let failed = |source| StartError::Thread { source };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (sender, mut requests) = mpsc::channel::<Request>(REQUESTS_MAX);
        let run = async move {
            while let Some(request) = requests.recv().await {
                tokio::spawn(ask(Arc::clone(&shared), request, answered.clone()));
            }
        };
        let thread = thread::Builder::new().name("weir-coa".to_owned());
        let thread = thread.spawn(move || runtime.block_on(run)).map_err(failed)?;
        Ok((Self(sender), thread))
    }

    /// The client keeps to what each NAS can take.
    pub(super) async fn send(&self, request: Request) {
        // The thread ends after this one.
        let _ = self.0.send(request).await;
    }
}

async fn ask(shared: Arc<Shared>, request: Request, answered: mpsc::Sender<Answered>) {
    let Request { asked, session, nas } = request;
    let kind = match asked.request {
        RequestKind::Change => coa_client::RequestKind::Change,
        RequestKind::Disconnect => coa_client::RequestKind::Disconnect,
    };
    let Some(destination) = destination(&shared, &nas) else {
        return shared.enforcement.reconciler().lost(&asked);
    };
    let answer = match written(&shared.engine, &asked, &session, &nas) {
        Ok(request) => {
            let client = &shared.enforcement.client;
            let reply = client.request(&destination, kind, |writer| copy(&request, writer));
            answer(reply.await, &nas)
        }
        Err(error) => {
            let login = &session.login;
            tracing::warn!(nas = %nas.name, %login, %error, "a NAS cannot be asked");
            Answer::Unanswered
        }
    };
    // Nobody is there to hear it when the server has stopped.
    let _ = answered.send(Answered { asked, answer }).await;
}

/// Where the NAS is asked, and from which address: the one that it sends to itself.
fn destination(shared: &Shared, nas: &Nas) -> Option<Destination> {
    let coa = nas.coa.as_ref()?;
    let port = coa.port.or_else(|| shared.engine.coa_port(nas))?;
    let secret = coa.secret.clone().unwrap_or_else(|| nas.secret.clone());
    let any = match coa.address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let heard_at = shared.heard.local_address(nas.id);
    let local = heard_at.filter(|local| local.is_ipv4() == any.is_ipv4()).unwrap_or(any);
    let destination = Destination::new(SocketAddr::new(coa.address, port), secret);
    let mut destination = destination.from_local(SocketAddr::new(local, 0));
    let settings = &mut destination.settings;
    if let Some(count) = coa.pace.in_flight_max {
        settings.in_flight_max = count.get().into();
    }
    settings.requests_per_s_max = coa.pace.requests_per_s_max.or(settings.requests_per_s_max);
    Some(destination)
}

/// A request as it is, but for what the client adds.
fn written(
    engine: &Engine,
    asked: &Asked,
    session: &Session,
    nas: &Nas,
) -> Result<Vec<u8>, IdentityError> {
    let mut buffer = [0; PACKET_LEN_MAX];
    let code = Code::COA_REQUEST;
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 0)?;
    engine.write_request(asked, session, nas, &mut writer)?;
    Ok(writer.finish_unsigned(&[0; 16]).to_vec())
}

/// Writes the attributes of a request again.
#[expect(clippy::expect_used, reason = "a writer has written it, so that it can be read")]
fn copy(request: &[u8], writer: &mut PacketWriter<'_>) -> Result<(), WriteError> {
    let request = Packet::parse(request).expect("a packet of our own");
    for attribute in request.attributes() {
        writer.attribute(attribute.kind, attribute.value)?;
    }
    Ok(())
}

fn answer(reply: Result<Reply, CoaError>, nas: &Nas) -> Answer {
    match reply {
        Ok(reply) if reply.is_acknowledged() => Answer::Acknowledged,
        Ok(reply) => {
            let error_cause = reply.error_cause().map(coa_client::ErrorCause::number);
            Answer::Refused { error_cause }
        }
        Err(error) => {
            tracing::debug!(nas = %nas.name, %error, "a NAS could not be asked");
            Answer::Unanswered
        }
    }
}
