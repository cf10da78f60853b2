//! Names of an encoder's files in a bundle.

/// The weights.
pub const ENCODER: &str = "encoder.safetensors";
/// Sizes and source, readable.
pub const ENCODER_CONFIG: &str = "encoder.json";
/// Source, licence and course of the adaptation.
pub const ENCODER_SOURCE: &str = "ENCODER.md";
/// The token network that learned from it.
pub const TOKENS: &str = "tokens.safetensors";
