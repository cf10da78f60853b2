use crate::document::{DisguiseKind, Document};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "EVA002",
    name: "mixed-script-word",
    clause: "C-04",
    label: None,
    scope: Scope::Any,
    summary: "A word mixes letters of scripts that look alike.",
    why: "A Cyrillic or Greek letter among the letters of an English word looks like one of them and is none: filters read another word than the buyer. Words wholly in another \
          script, signs of science such as kΩ, μF or TNFα, foreign endings on names, and Japanese beside Latin letters do not count. An English word written wholly in \
          look-alikes does, where the text around it is Latin.",
    instead: "Type the word anew with English letters.",
    fires: Examples::Code(&[
        Example::text("Please leave a r\u{435}vi\u{435}w."),
        Example::text("A free G\u{399}FT for you"),
        Example::text("Ask for a r\u{435}fund"),
        Example::text("Please \u{441}\u{43E}\u{440}\u{443} the text"),
    ]),
    passes: Examples::Code(&[
        Example::text("Спасибо за заказ, посылка отправлена. Пришлите SMSку."),
        Example::text("Ευχαριστούμε για την αγορά σας."),
        Example::text("A capacitor of 10 μF, a resistor of 4 kΩ and ΔT of 5 K; TNFα"),
        Example::text("USBケーブルをお送りします。"),
        Example::text("Größe für señor Müller, İstanbul, café"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    super::report(document, hits, DisguiseKind::MixedScript, |_| true, "is written with letters of another script");
}
