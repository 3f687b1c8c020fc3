//! Writes and reads a packet without std; 0 is success, any other number the step that failed.
//!
//! A program that linked std would have its panic handler twice, which is an error.
#![no_std]
#![no_main]

use core::ffi::c_int;
use core::panic::PanicInfo;

use radius_proto::{AttributeType, Code, Packet, PacketWriter};

const AUTHENTICATOR: [u8; 16] = *b"sixteen random !";

// The C library starts the program, and ends it where the codec panics.
#[link(name = "c")]
unsafe extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: it takes nothing and does not return.
    unsafe { abort() }
}

/// The precompiled `core` names it for unwinding, which this program does not do.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    let mut buffer = [0; 4096];
    let Some(datagram) = written(&mut buffer) else { return 1 };
    let Ok(packet) = Packet::parse(datagram) else { return 2 };
    if packet.first(AttributeType::USER_NAME) != Some(b"ana@example.net") {
        return 3;
    }
    match Packet::parse(&datagram[..30]) {
        Err(error) if error.offset > 0 => signed(),
        _ => 4,
    }
}

/// An Access-Request without a signature, for which no secret is needed.
fn written(buffer: &mut [u8]) -> Option<&[u8]> {
    let code = Code::ACCESS_REQUEST;
    let mut writer = PacketWriter::without_message_authenticator(buffer, code, 7).ok()?;
    writer.attribute(AttributeType::USER_NAME, b"ana@example.net").ok()?;
    Some(writer.finish_unsigned(&AUTHENTICATOR))
}

#[cfg(not(feature = "alloc"))]
fn signed() -> c_int {
    0
}

#[cfg(feature = "alloc")]
fn signed() -> c_int {
    let Ok(secret) = radius_proto::Secret::new("a long shared secret") else { return 5 };
    let mut buffer = [0; 4096];
    let Ok(writer) = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, 7) else { return 6 };
    let datagram = writer.finish_access_request(&AUTHENTICATOR, &secret);
    let Ok(packet) = Packet::parse(datagram) else { return 7 };
    match packet.verify_message_authenticator(&secret) {
        radius_proto::MessageAuthenticator::Valid => asked(secret),
        _ => 8,
    }
}

#[cfg(all(feature = "alloc", not(feature = "coa-client")))]
fn asked(_: radius_proto::Secret) -> c_int {
    0
}

/// A Disconnect-Request is sent twice, and given up.
#[cfg(feature = "coa-client")]
fn asked(secret: radius_proto::Secret) -> c_int {
    use coa_client::{Destination, Outcome, RequestKind, Requester, Settings};
    use core::net::{Ipv4Addr, SocketAddr};
    use core::time::Duration;

    let mut settings = Settings::default();
    settings.retransmission.transmissions_max = 2;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, Destination::PORT));
    let destination = Destination::new(address, secret).with_settings(settings);
    let mut requester = Requester::new(destination, 7);
    let mut now = Duration::ZERO;
    if requester.begin(RequestKind::Disconnect, now, 0, 0, |_| Ok(())).is_err() {
        return 9;
    }
    loop {
        while requester.poll_transmit(now).is_some() {}
        match (requester.poll_outcome(now), requester.next_deadline()) {
            (Some((_, Outcome::TimedOut { transmissions: 2, .. })), None) => return 0,
            (None, Some(deadline)) => now = deadline,
            _ => return 10,
        }
    }
}

#[cfg(feature = "alloc")]
mod allocator {
    use core::alloc::{GlobalAlloc, Layout};
    use core::ffi::c_void;

    unsafe extern "C" {
        fn malloc(size: usize) -> *mut c_void;
        fn free(at: *mut c_void);
    }

    struct OfTheCLibrary;

    /// What malloc aligns to.
    const ALIGN_MAX: usize = 16;

    // SAFETY: what is aligned more than malloc does is refused, which `alloc` may do.
    unsafe impl GlobalAlloc for OfTheCLibrary {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if layout.align() > ALIGN_MAX {
                return core::ptr::null_mut();
            }
            // SAFETY: malloc takes any size.
            unsafe { malloc(layout.size()) }.cast()
        }

        unsafe fn dealloc(&self, at: *mut u8, _: Layout) {
            // SAFETY: what is given back came from malloc.
            unsafe { free(at.cast()) }
        }
    }

    #[global_allocator]
    static ALLOCATOR: OfTheCLibrary = OfTheCLibrary;
}
