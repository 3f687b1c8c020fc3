//! The control socket: what must come from the running process, asked for over a Unix socket.
//!
//! One JSON object a line: a [`Request`](protocol::Request) one way, then any number of
//! [`Reply`](protocol::Reply) lines the other, the last of them `done` or `error`. Only the user
//! that runs the server, and root, are answered.

pub mod client;
pub mod protocol;
pub mod server;
