//! What a year must have come to, worked out day by day from what has happened in it.
//!
//! It is made of the standard library and a calendar, and imports nothing of what it judges.

pub mod calendar;
pub mod charges;
pub mod documents;
pub mod facts;
pub mod purse;
pub mod standing;
