//! Judges what a marketplace seller is about to put in front of a buyer.

pub mod document;
pub mod message;
pub mod rules;
