//! Policies: no panic on any text, and what is accepted judges.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nosolicit::engine::Engine;
use nosolicit::message::Message;
use nosolicit::policy::{Policy, PolicyError};

fuzz_target!(|text: &str| {
    match Policy::parse(text, "fuzz.toml") {
        Ok(policy) => {
            let message = Message::from_text("Please leave a review at https://example.com, good or bad!");
            assert!(Engine::new(policy, None).judge(&message).error.is_none());
        }
        Err(PolicyError::Invalid { line, column, .. }) => {
            assert!(line >= 1 && column >= 1 && line <= text.matches('\n').count() + 1, "{line}:{column} is not in the file");
        }
        Err(error) => panic!("{error}"),
    }
});
