//! Judges what a marketplace seller is about to put in front of a buyer.

pub mod batch;
pub mod document;
pub mod engine;
pub mod explain;
pub mod io;
pub mod judgement;
pub mod label;
pub mod message;
pub mod model;
pub mod policy;
pub mod report;
pub mod rules;
