//! Trains and studies the models that `nosolicit` judges with.

#[cfg(feature = "rust-bert")]
pub mod adapt;
pub mod attack;
pub mod audit;
pub mod bootstrap;
pub mod bundle;
pub mod card;
pub mod compare;
pub mod corpus;
pub mod evaluate;
pub mod features;
pub mod figures;
pub mod fit;
pub mod folds;
pub mod full;
pub mod instances;
pub mod judged;
pub mod logistic;
pub mod metrics;
pub mod mine;
pub mod promote;
pub mod ranked;
pub mod saved;
pub mod table;
pub mod tiers;
pub mod tune;
