//! Trains and studies the models that `nosolicit` judges with.

pub mod audit;
pub mod bundle;
pub mod card;
pub mod corpus;
pub mod evaluate;
pub mod features;
pub mod figures;
pub mod fit;
pub mod folds;
pub mod instances;
pub mod logistic;
pub mod metrics;
