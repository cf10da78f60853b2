//! Policies as TOML files.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::composite::{NeutralRequest, Together};
use super::{Level, Policy, PolicyError, Thresholds};
use crate::label;
use crate::message::Channel;
use crate::rules;

/// Another severity for some findings, where channel or message type say so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Exception {
    /// Only on this channel.
    pub(super) channel: Option<Channel>,
    /// Only in messages of this type.
    pub(super) message_type: Option<String>,
    /// Findings by name: rules, or the model's such as `off-platform`.
    pub(super) findings: Vec<Spanned<String>>,
    /// The severity there.
    pub(super) severity: Level,
    /// Why, for the reader of the file.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

/// A policy file as written; what it does not say comes from the policy it extends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PolicyFile {
    name: String,
    description: Option<String>,
    extends: Option<Spanned<String>>,
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Level>,
    #[serde(default)]
    labels: BTreeMap<Spanned<String>, Spanned<Thresholds>>,
    neutral_request: Option<NeutralRequest>,
    #[serde(default)]
    together: Vec<Together>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

impl Policy {
    /// Reads a policy from TOML. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no valid policy: syntax, unknown keys, unknown rules, thresholds out of range.
    pub fn parse(text: &str, file: &str) -> Result<Self, PolicyError> {
        let invalid = |at: usize, message: String| {
            let before = text.get(..at).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            PolicyError::Invalid { file: file.to_owned(), line, column, message }
        };
        let read: PolicyFile = toml::from_str(text).map_err(|e| invalid(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
        let mut policy = match &read.extends {
            None => None,
            Some(base) => match Policy::built_in(base.get_ref()) {
                Some(policy) => Some(policy?),
                None => {
                    let known: Vec<_> = Policy::built_in_names().collect();
                    let message = format!("there is no built-in policy {:?} to extend (there are {})", base.get_ref(), known.join(", "));
                    return Err(invalid(base.span().start, message));
                }
            },
        }
        .unwrap_or_else(|| Policy {
            name: String::new(),
            description: String::new(),
            rules: rules::all().iter().map(|r| (r.name.to_owned(), Level::Review)).collect(),
            labels: BTreeMap::new(),
            neutral: NeutralRequest::default(),
            exceptions: Vec::new(),
            together: Vec::new(),
        });
        policy.name = read.name;
        policy.description = read.description.unwrap_or_default();
        for (name, level) in read.rules {
            if rules::find(name.get_ref()).is_none_or(|r| r.name != name.get_ref()) {
                return Err(invalid(name.span().start, format!("there is no rule {:?}; `nosolicit rule` lists them", name.get_ref())));
            }
            policy.rules.insert(name.into_inner(), level);
        }
        for (name, thresholds) in read.labels {
            if let Some(problem) = thresholds.get_ref().problem() {
                return Err(invalid(thresholds.span().start, format!("label {}: {problem}", name.get_ref())));
            }
            policy.labels.insert(name.into_inner(), thresholds.into_inner());
        }
        if let Some(neutral) = read.neutral_request {
            policy.neutral = neutral;
        }
        let named = read.exceptions.iter().flat_map(|e| &e.findings).chain(read.together.iter().flat_map(|t| &t.findings));
        for name in named {
            let known = rules::find(name.get_ref()).is_some() || label::LABELS.iter().any(|l| l.finding == name.get_ref());
            if !known {
                let message = format!("there is no rule or model finding {:?}; `nosolicit rule` lists them", name.get_ref());
                return Err(invalid(name.span().start, message));
            }
        }
        policy.exceptions.extend(read.exceptions);
        policy.together.extend(read.together);
        Ok(policy)
    }
}
