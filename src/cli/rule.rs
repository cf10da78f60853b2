//! `nosolicit rule`.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::args::RuleArgs;
use super::{Exit, say};
use nosolicit::label::{self, Label};
use nosolicit::message::{Attachment, Channel, Direction, Message};
use nosolicit::policy::{Level, Policy};
use nosolicit::report::one_line;
use nosolicit::rules::{self, Rule};

pub fn run(args: &RuleArgs) -> Result<Exit> {
    let policies = Policy::built_in_names().filter_map(|name| Some((name, Policy::built_in(name)?.ok()?))).collect::<Vec<_>>();
    let Some(wanted) = &args.rule else {
        let text = if args.json {
            let rules = rules::all().iter().map(|r| rule_json(r, &policies));
            let all: Vec<Value> = rules.chain(label::LABELS.iter().map(label_json)).collect();
            serde_json::to_string_pretty(&all)? + "\n"
        } else {
            list(&policies[0].1)
        };
        say(&text)?;
        return Ok(Exit::Passed);
    };
    let found_label = || label::LABELS.iter().find(|l| [l.code, l.finding, l.name].iter().any(|n| n.eq_ignore_ascii_case(wanted)));
    let text = match (rules::find(wanted), found_label()) {
        (Some(rule), _) if args.json => serde_json::to_string_pretty(&rule_json(rule, &policies))? + "\n",
        (Some(rule), _) => rule_text(rule, &policies),
        (None, Some(label)) if args.json => serde_json::to_string_pretty(&label_json(label))? + "\n",
        (None, Some(label)) => label_text(label),
        (None, None) => bail!("there is no rule {wanted:?}; `nosolicit rule` lists them"),
    };
    say(&text)?;
    Ok(Exit::Passed)
}

fn level_name(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Off) => "off",
        Some(Level::Info) => "info",
        Some(Level::Review) | None => "review",
        Some(Level::Block) => "block",
    }
}

/// The severity of a rule, in a word.
fn severity(rule: &Rule, policy: &Policy) -> &'static str {
    if rule.label == Some(label::REVIEW_REQUEST) { "by order context" } else { level_name(policy.plain_rule_level(rule.name)) }
}

fn list(policy: &Policy) -> String {
    let mut text = String::new();
    for rule in rules::all() {
        let _ = writeln!(text, "{}  {:<26}{:<18}{}", rule.code, rule.name, severity(rule, policy), rule.summary);
    }
    let _ = writeln!(text, "\nThe model's findings (severity by score and policy):");
    for label in label::LABELS {
        let _ = writeln!(text, "{}  {:<26}{}", label.code, label.finding, one_line(label.definition, 90));
    }
    text
}

fn rule_text(rule: &Rule, policies: &[(&str, Policy)]) -> String {
    let mut text = format!("{} {}\n{}\n\n{}\n\nInstead: {}\n\n", rule.code, rule.name, rule.summary, rule.why, rule.instead);
    let _ = writeln!(text, "Clause: {}", rule.clause);
    if let Some(label) = rule.label {
        let _ = writeln!(text, "Evidence of: {label}");
    }
    for (name, policy) in policies {
        let _ = writeln!(text, "Severity under {name}: {}", severity(rule, policy));
    }
    for (title, examples) in [("Fires on:", &rule.fires), ("Does not fire on:", &rule.passes)] {
        let _ = writeln!(text, "\n{title}");
        for message in examples.messages() {
            let _ = writeln!(text, "  - {}{}", context(&message), one_line(&message.text, 160));
        }
    }
    text
}

/// What has to be known of an example besides its text, in brackets.
fn context(message: &Message) -> String {
    let known = [
        message.subject.as_ref().map(|s| format!("subject: {s}")),
        (message.channel == Channel::Insert).then(|| "on an insert".to_owned()),
        (message.channel == Channel::Subject).then(|| "a subject line".to_owned()),
        message.rendered.then(|| "as sent".to_owned()),
        (message.direction == Direction::Inbound).then(|| "from the buyer".to_owned()),
        message.marketplace.as_ref().map(|m| format!("marketplace {m}")),
        message.message_type.as_ref().map(|t| format!("message type {t}")),
        message.buyer_opted_out.map(|out| (if out { "buyer has opted out" } else { "buyer has not opted out" }).to_owned()),
        message.days_since_completion.map(|days| format!("{days} days after completion")),
        message.prior_review_requests.map(|n| format!("{n} review requests before")),
        (!message.attachments.is_empty()).then(|| message.attachments.iter().map(attachment).collect::<Vec<_>>().join(", ")),
        (!message.senders.is_empty()).then(|| format!("from {}", message.senders.join(", "))),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { String::new() } else { format!("[{}] ", known.join("; ")) }
}

fn attachment(attachment: &Attachment) -> String {
    format!("{} of {} bytes", attachment.name, attachment.bytes)
}

fn rule_json(rule: &Rule, policies: &[(&str, Policy)]) -> Value {
    let texts = |examples: &rules::Examples| examples.messages().into_iter().map(|m| m.text).collect::<Vec<_>>();
    let severities: serde_json::Map<String, Value> = policies.iter().map(|(n, p)| ((*n).to_owned(), severity(rule, p).into())).collect();
    json!({
        "source": "rule", "code": rule.code, "name": rule.name, "label": rule.label, "clause": rule.clause, "scope": rule.scope,
        "summary": rule.summary, "why": rule.why, "instead": rule.instead, "severity": severities,
        "fires": texts(&rule.fires), "passes": texts(&rule.passes),
    })
}

fn label_text(label: &Label) -> String {
    format!(
        "{} {} (a finding of the model)\n{}\n\nInstead: {}\n\nClause: {}\nLabel: {}\n",
        label.code, label.finding, label.definition, label.instead, label.clause, label.name
    )
}

fn label_json(label: &Label) -> Value {
    json!({
        "source": "model", "code": label.code, "name": label.finding, "label": label.name, "clause": label.clause,
        "summary": label.definition, "instead": label.instead,
    })
}
