use crate::document::disguise::latin;
use crate::document::hosts;
use crate::document::link::registrable;
use crate::document::{DisguiseKind, Document, Link, LinkPlace, Part, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK004",
    name: "disguised-link",
    clause: "C-04",
    label: Some("off_platform"),
    scope: Scope::Outbound,
    summary: "An address is written so that filters miss it, or so that it seems to lead elsewhere.",
    why: "An address that is spelled out (`mystore dot com`), bracketed, spaced or made unclickable is meant for the buyer and not for the marketplace's filter. So is \
          one with user information before the host, a host in punycode, in look-alike letters or in bare numbers, and a link whose text names another site than \
          it leads to. Addresses of the marketplace itself, however written, do not count.",
    instead: "Leave the address out; what the buyer needs can be attached or said in the message.",
    fires: Examples::Code(&[
        Example::text("More at mystore [dot] com"),
        Example::text("Our shop is brightnest dot co dot uk").insert(),
        Example::text("Write to care (at) brightnest . com"),
        Example::text("The manual: hxxps://torkmaster.example.com/d40"),
        Example::text("See https://www.amazon.co.uk@rewards-desk.top/ for your parcel"),
        Example::text("See https://xn--mystre-6ta.com/"),
        Example::text("Visit mystоre.com for more"),
        Example::text("<a href=\"https://rewards-desk.top/\">www.amazon.com</a>"),
    ]),
    passes: Examples::Code(&[
        Example::text("The manual is at https://torkmaster.example.com/manuals/d40"),
        Example::text("See amazon . com for your order"),
        Example::text("It arrived . Come and see the polka dot in blue."),
        Example::text("Two bags @ 3.50 each, at 10 a.m. or 5 p.m."),
        Example::text("<a href=\"https://www.amazon.com/gp/css/order-history\">www.amazon.com</a>"),
        Example::text("The shop in München is at https://müller.de"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in part.links.iter().filter(|l| !is_marketplace(l)) {
            let spelled = part.disguise_in(DisguiseKind::Address, &link.raw).or_else(|| part.disguise_in(DisguiseKind::Spaced, &link.raw));
            let message = if let Some(disguise) = spelled {
                format!("this is an address in disguise: {}", disguise.reading)
            } else if let Some(reason) = misleads(part, link) {
                reason
            } else {
                continue;
            };
            hits.at(Span { field: part.field, raw: link.raw.clone() }, message);
        }
    }
}

fn is_marketplace(link: &Link) -> bool {
    let user = link.is_web() && authority(&link.target).contains('@');
    !user && (hosts::is_amazon(link) || link.host.as_deref().is_some_and(hosts::is_amazon_host))
}

/// What stands between scheme and path.
fn authority(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, r)| r);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

/// Why a link is not what it looks like.
fn misleads(part: &Part<'_>, link: &Link) -> Option<String> {
    let host = link.host.as_deref()?;
    if link.is_web() && link.target.contains("://") && authority(&link.target).contains('@') {
        return Some(format!("what stands before the @ is no host: this leads to {host}"));
    }
    if host.split('.').any(|label| label.starts_with("xn--")) {
        return Some(format!("{host} shows other letters than it is made of"));
    }
    // a host folded from look-alikes is plain in the view and not in the raw text
    let written = part.raw.get(link.raw.clone()).unwrap_or_default();
    let folded = part.disguise_in(DisguiseKind::MixedScript, &link.raw).is_some();
    if folded || !host.is_ascii() && host.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-') || latin(c).is_some()) {
        return Some(format!("{} is written in look-alike letters", if written.is_empty() { host } else { written }));
    }
    if link.is_web() && host.contains('.') && host.split('.').all(|p| p.parse::<u8>().is_ok()) && link.target.contains("://") {
        return Some(format!("the number {host} hides whose site this is"));
    }
    named(part, link).map(|shown| format!("the text names {shown}, the link leads to {host}"))
}

/// The other site that the text of a link names.
fn named(part: &Part<'_>, link: &Link) -> Option<String> {
    let LinkPlace::Element(index) = link.place else { return None };
    let element = part.html.as_ref()?.elements.get(index).filter(|e| e.name == "a")?;
    // links written out come first, in the order of the text
    let written = &part.links[..part.links.partition_point(|l| l.shown.is_some())];
    let first = written.get(written.partition_point(|l| l.raw.start < element.content.start))?;
    let shown = first.host.clone().filter(|_| first.is_web() && first.raw.end <= element.content.end)?;
    let same = registrable(&shown) == link.domain();
    (!same && link.is_web()).then_some(shown)
}
