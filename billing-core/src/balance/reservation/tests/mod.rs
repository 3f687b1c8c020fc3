//! Reservations over books in memory.

mod books;
mod model;
mod worked;
