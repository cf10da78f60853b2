//! How time grows with the size of a message, for families of messages made to be slow: `cargo run --release --example linearity`.
//!
//! Prints milliseconds at n and at 4n bytes and their ratio; exits with status 1 when a ratio is above the limit. `--model` adds the
//! fast tier of the built-in model; a number sets n; anything else is part of the names of the families wanted.

#![expect(clippy::print_stdout, reason = "an example that prints a table")]

use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use nosolicit::engine::Engine;
use nosolicit::message::{Format, Message};
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;

/// Four times the size may take at most so many times as long.
const LIMIT: f64 = 5.0;
/// So long is measured at once: the system's clock of a thread goes by 4 ms.
const LEAST: Duration = Duration::from_millis(100);
/// So often is measured; the least counts, since other programs can only slow it down.
const RUNS: usize = 5;

/// Begin, what is repeated, end, and the format.
type Family = (&'static str, &'static str, &'static str, &'static str, Format);

const FAMILIES: &[Family] = &[
    ("one letter", "", "a", "", Format::Text),
    ("blanks", "", " ", "", Format::Text),
    ("line breaks", "", "\n", "", Format::Text),
    ("words without an end of sentence", "", "leave a review ", "", Format::Text),
    ("sentences", "", "Please leave us a 5-star review. ", "", Format::Text),
    ("full stops", "", ".", "", Format::Text),
    ("full stops before a letter", "", ".", "a", Format::Text),
    ("misspelt words", "", "plaese laeve a reveiw ", "", Format::Text),
    ("words run together", "", "pleaseleavea goodreview ", "", Format::Text),
    ("one word run together", "", "please", "", Format::Text),
    ("underscored words", "", "please_leave_a_review_", "", Format::Text),
    ("unknown words", "", "Vielen Dank, wir haben Ihre Bestellung verschickt. ", "", Format::Text),
    ("words upside down", "", "ʍǝᴉʌǝɹ ɐ ", "", Format::Text),
    ("exclamation marks", "", "!", "", Format::Text),
    ("quotes", "", "\"", "", Format::Text),
    ("opening quotation marks", "", "“a ", "", Format::Text),
    ("apostrophes", "", "'s ", "", Format::Text),
    ("at signs", "", "a@", "", Format::Text),
    ("a long address", "", "a.", "@b.com", Format::Text),
    ("many addresses", "", "a@b.co ", "", Format::Text),
    ("many addresses after é", "é", "a@b.co ", "", Format::Text),
    ("bracketed addresses", "", "x (at) y.com ", "", Format::Text),
    ("addresses and merge tags", "", "{{a}} a@b.co ", "", Format::Text),
    ("misspelt addresses", "", "recieve@b.co ", "", Format::Text),
    ("dots of a host", "", "a.co.", "", Format::Text),
    ("bracketed dots", "", "a [dot] ", "", Format::Text),
    ("spelled dots", "", "shop dot ", "", Format::Text),
    ("schemes", "", "http://", "", Format::Text),
    ("many links", "", "https://a.example/b ", "", Format::Text),
    ("one long link", "https://a.example/", "a/", "", Format::Text),
    ("user-info", "https://", "a:b@", "c.top", Format::Text),
    ("punycode", "", "xn--a-", ".com", Format::Text),
    ("digits", "", "1", "", Format::Text),
    ("spaced digits", "", "1 ", "", Format::Text),
    ("telephone-like", "", "+49 30 1234-", "", Format::Text),
    ("telephone numbers", "", "call +1 202 555 0143, ", "", Format::Text),
    ("parentheses", "", "(0", "", Format::Text),
    ("words for digits", "", "zero one two ", "", Format::Text),
    ("spaced letters", "", "r e v i e w ", "", Format::Text),
    ("dotted letters", "", "r.e.v.i.e.w", "", Format::Text),
    ("leet", "", "r3v13w ", "", Format::Text),
    ("one leet word", "", "r3", "", Format::Text),
    ("zero-width spaces", "a", "\u{200b}", "b", Format::Text),
    ("combining marks", "a", "\u{301}", "", Format::Text),
    ("compatibility forms", "", "\u{fdfa}", "", Format::Text),
    ("full-width letters", "", "ｒｅｖｉｅｗ ", "", Format::Text),
    ("Cyrillic look-alikes", "", "rеviеw ", "", Format::Text),
    ("bidi controls", "", "\u{202e}a\u{202c}", "", Format::Text),
    ("emoji", "", "⭐", "", Format::Text),
    ("joined emoji", "", "👩\u{200d}", "", Format::Text),
    ("keycaps", "", "1\u{fe0f}\u{20e3}", "", Format::Text),
    ("emoticons", "", ":-) ", "", Format::Text),
    ("open merge tags", "", "{{", "", Format::Text),
    ("nested merge tags", "", "{{a ", "}}", Format::Text),
    ("numbered merge tags", "", "{{a1}} ", "", Format::Text),
    ("ways to unsubscribe", "", "{{a}} Unsubscribe. ", "", Format::Text),
    ("networks", "", "--- Instagram ", "", Format::Text),
    ("quoted requests", "", "\"leave us five stars\" ", "", Format::Text),
    ("open brackets", "", "[[", "", Format::Text),
    ("percent signs", "", "%a", "", Format::Text),
    ("dollar tags", "", "${", "", Format::Text),
    ("order ids", "", "123-1234567-1234567 ", "", Format::Text),
    ("handles", "", "@abc ", "", Format::Text),
    ("capitals", "", "REVIEW ", "", Format::Text),
    ("Japanese", "", "レビューを書いてください。", "", Format::Text),
    ("entities in text", "", "&amp;", "", Format::Text),
    ("ampersands", "", "&", "", Format::Text),
    ("entities", "<p>", "&eacute;", "</p>", Format::Html),
    ("numeric entities", "<p>", "&#114;", "</p>", Format::Html),
    ("unfinished entities", "<p>", "&#1", "", Format::Html),
    ("open tags", "", "<", "", Format::Html),
    ("tags that never end", "", "<a ", "", Format::Html),
    ("nested elements", "", "<div>", "", Format::Html),
    ("nested hidden elements", "", "<div style=\"display:none\">", "", Format::Html),
    ("nested links", "", "<a href=\"https://a.example\">x", "", Format::Html),
    ("closing tags", "", "</div>", "", Format::Html),
    ("nested tables", "", "<table><tr><td>", "", Format::Html),
    ("nested formatting", "", "<b><i>", "", Format::Html),
    ("attributes", "<p ", "a=b ", ">x", Format::Html),
    ("one long attribute", "<p style=\"", "color:red;", "\">x</p>", Format::Html),
    ("comments", "", "<!-- a -->", "", Format::Html),
    ("an open comment", "", "<!-- ", "", Format::Html),
    ("hidden letters", "", "r<span style=\"display:none\">x</span>", "", Format::Html),
    ("split tags", "", "r<b></b>", "", Format::Html),
    ("images", "", "<img src=\"http://a.example/b.gif\" width=1>", "", Format::Html),
    ("linked images", "", "<a href=\"https://a.example\"><img src=b.png></a>", "", Format::Html),
    ("links that name another site", "", "<a href=\"https://a.example\">b.example</a> ", "", Format::Html),
    ("preformatted text", "", "<pre>a\n</pre>", "", Format::Html),
    ("many style sheets", "", "<style>.a{color:red}</style><p class=a>x</p>", "", Format::Html),
    ("alt texts", "", "<img alt=\"leave a review\">", "", Format::Html),
    ("line breaks in HTML", "", "<br>", "", Format::Html),
    ("style sheets", "<style>", "p{color:red}", "</style>", Format::Html),
    ("scripts", "", "<script>", "", Format::Html),
];

fn message(family: &Family, size: usize) -> Message {
    let (_, begin, unit, end, format) = family;
    let text = format!("{begin}{}{end}", unit.repeat(size.div_ceil(unit.len())));
    Message { format: Some(*format), ..Message::from_text(text) }
}

/// Milliseconds that judging takes, the least of several measurements.
fn time(engine: &Engine, message: &Message) -> f64 {
    engine.judge(message);
    let once = || {
        let start = clock();
        let mut times = 0;
        while clock() - start < LEAST {
            std::hint::black_box(engine.judge(message));
            times += 1;
        }
        (clock() - start).as_secs_f64() * 1e3 / f64::from(times)
    };
    (0..RUNS).map(|_| once()).fold(f64::INFINITY, f64::min)
}

/// The time that this thread was on a processor, where the system tells; else the time gone by. Other programs would stretch the latter.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let on_processor = told.as_deref().and_then(|s| s.split_whitespace().next()?.parse().ok());
    on_processor.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // well above what caches hold: where the smaller text fits and the larger does not, time grows by more
    let mut size = 400_000;
    let mut model = None;
    let mut wanted = String::new();
    for argument in std::env::args().skip(1) {
        match argument.parse() {
            _ if argument == "--model" => model = Some(Model::built_in()?),
            Ok(n) => size = n,
            Err(_) => wanted = argument,
        }
    }
    let engine = Engine::new(Policy::amazon(), model).with_tier(Tier::Fast);
    // what is built once must not count
    engine.judge(&Message::from_text("Write to a@b.co or call +49 30 123456: https://a.example/"));
    println!("| family | {size} bytes, ms | four times as many, ms | ratio |\n|---|---:|---:|---:|");
    let mut worst = 0f64;
    for family in FAMILIES.iter().filter(|f| f.0.contains(&wanted)) {
        let (short, long) = (time(&engine, &message(family, size)), time(&engine, &message(family, 4 * size)));
        println!("| {} | {short:.1} | {long:.1} | {:.1} |", family.0, long / short);
        worst = worst.max(long / short);
    }
    println!("\nlargest ratio {worst:.1}, at most {LIMIT} wanted");
    Ok(if worst > LIMIT { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
