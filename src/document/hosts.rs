//! Who is who among hosts.

use super::Link;

/// Registrable domains of the marketplace's shops.
const AMAZON: &[&str] = &[
    "amazon.com",
    "amazon.ca",
    "amazon.com.mx",
    "amazon.com.br",
    "amazon.co.uk",
    "amazon.de",
    "amazon.fr",
    "amazon.it",
    "amazon.es",
    "amazon.nl",
    "amazon.se",
    "amazon.pl",
    "amazon.com.be",
    "amazon.ie",
    "amazon.com.tr",
    "amazon.ae",
    "amazon.sa",
    "amazon.eg",
    "amazon.in",
    "amazon.co.jp",
    "amazon.com.au",
    "amazon.sg",
    "amazon.co.za",
    "amazon.cn",
];

/// Domains that belong to the marketplace without being a shop; its shorteners are judged by the rule on shorteners.
const AMAZON_SERVICES: &[&str] =
    &["a.co", "amzn.to", "amzn.eu", "amzn.asia", "amazonsellerservices.com", "media-amazon.com", "ssl-images-amazon.com"];

/// Carriers, whose tracking pages may be named in a reply.
const CARRIERS: &[&str] = &[
    "ups.com",
    "usps.com",
    "fedex.com",
    "dhl.com",
    "dhl.de",
    "dpd.com",
    "dpd.co.uk",
    "dpd.de",
    "dpdgroup.co.uk",
    "evri.com",
    "hermesworld.com",
    "myhermes.co.uk",
    "royalmail.com",
    "parcelforce.com",
    "gls-group.eu",
    "gls-group.com",
    "gls-pakete.de",
    "ontrac.com",
    "lasership.com",
    "canadapost.ca",
    "canadapost-postescanada.ca",
    "auspost.com.au",
    "laposte.fr",
    "colissimo.fr",
    "chronopost.fr",
    "correos.es",
    "poste.it",
    "postnl.nl",
    "bpost.be",
    "post.at",
    "post.ch",
    "deutschepost.de",
    "yodel.co.uk",
    "tnt.com",
    "purolator.com",
    "indiapost.gov.in",
    "delhivery.com",
    "bluedart.com",
    "kuronekoyamato.co.jp",
    "sagawa-exp.co.jp",
    "japanpost.jp",
    "inpost.pl",
    "inpost.co.uk",
    "17track.net",
    "yuntrack.com",
    "4px.com",
    "sf-express.com",
    "brt.it",
    "seur.com",
    "mrw.es",
    "postnord.com",
    "an-post.ie",
    "anpost.com",
];

/// Link shorteners and redirecting pages.
const SHORTENERS: &[&str] = &[
    "bit.ly",
    "bitly.com",
    "tinyurl.com",
    "t.co",
    "goo.gl",
    "cutt.ly",
    "linktr.ee",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "t.ly",
    "rb.gy",
    "shorturl.at",
    "tiny.cc",
    "bl.ink",
    "s.id",
    "lnk.bio",
    "lnkd.in",
    "qr.ae",
    "qrco.de",
    "qr.io",
    "me-qr.com",
    "beacons.ai",
    "taplink.cc",
    "bio.link",
    "v.gd",
    "adf.ly",
    "shorte.st",
    "short.io",
    "dub.sh",
    "urlz.fr",
    "kutt.it",
    "flow.page",
    "linkin.bio",
    "geni.us",
    "amzn.to",
    "amzn.eu",
    "amzn.asia",
    "fb.me",
    "youtu.be",
    "wa.me",
    "m.me",
    "t.me",
];

/// Whether a link leads to the marketplace.
pub fn is_amazon(link: &Link) -> bool {
    link.domain().is_some_and(|d| AMAZON.contains(&d) || AMAZON_SERVICES.contains(&d))
        || link.host.as_deref().is_some_and(|h| AMAZON_SERVICES.contains(&h))
}

/// Whether a host belongs to the marketplace, mail hosts included.
pub fn is_amazon_host(host: &str) -> bool {
    crate::document::link::registrable(host).is_some_and(|d| AMAZON.contains(&d) || AMAZON_SERVICES.contains(&d))
}

/// Whether a link leads to a carrier.
pub fn is_carrier(link: &Link) -> bool {
    link.domain().is_some_and(|d| CARRIERS.contains(&d))
}

/// Whether a link goes through a shortener: the whole host counts, `smart.co` is not `t.co`.
pub fn is_shortener(link: &Link) -> bool {
    let host = link.host.as_deref().map(|h| h.strip_prefix("www.").unwrap_or(h));
    host.is_some_and(|h| SHORTENERS.contains(&h)) || link.domain().is_some_and(|d| SHORTENERS.contains(&d))
}

/// Whether a host passes itself off as the marketplace.
pub fn looks_like_amazon(host: &str) -> bool {
    if is_amazon_host(host) {
        return false;
    }
    let folded: String = host
        .chars()
        .filter_map(|c| match c {
            '0' | 'о' => Some('o'),
            'а' | '4' | '@' | 'á' | 'à' | 'ä' | 'ā' => Some('a'),
            'ż' | 'ź' | 'ž' | '2' => Some('z'),
            'ո' | 'ñ' => Some('n'),
            'м' => Some('m'),
            '-' => None,
            c => Some(c),
        })
        .collect();
    ["amazon", "amzn", "arnazon", "amazom", "amaz0n", "anazon", "amazonn", "amaazon"].iter().any(|name| folded.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_told_from_the_marketplace() {
        for host in ["amazon-support.example.com", "arnazon.com", "amaz0n.co.uk", "amzn-gifts.net", "amazon.com.evil.org", "аmazon.com"] {
            assert!(looks_like_amazon(host), "{host}");
        }
        for host in ["www.amazon.co.uk", "sellercentral.amazon.de", "amzn.to", "marketplace.amazon.com", "example.com", "amazing.com"] {
            assert!(!looks_like_amazon(host), "{host}");
        }
    }
}
