//! Honest texts with all that disguises are made of: other scripts, part numbers, sizes, times, files. No rule on disguises may speak, and what is read is what is written.

use nosolicit::document::Document;
use nosolicit::message::Message;
use nosolicit::rules;
use proptest::prelude::*;

/// The rules that accuse of a disguise.
fn accused(text: &str) -> Vec<&'static str> {
    let message = Message::from_text(text);
    let document = Document::parse(&message);
    rules::check(&document)
        .into_iter()
        .map(|h| h.rule.name)
        .filter(|n| rules::find(n).is_some_and(|r| r.code.starts_with("EVA")) || *n == "disguised-link" || *n == "hidden-text")
        .collect()
}

/// Languages, as their sellers write.
const LANGUAGES: &[&str] = &[
    "Ευχαριστούμε για την παραγγελία σας. Το δέμα έφυγε σήμερα από την Αθήνα· θα το έχετε την Παρασκευή.",
    "Спасибо за заказ! Посылка отправлена сегодня. Если что-то не так, пришлите SMSку или ответьте на это письмо. Цвет: синий, размер M.",
    "Дякуємо за замовлення. Її відправлено сьогодні, номер USB-кабелю — 4711.",
    "ご注文ありがとうございます。USBケーブル（1.5m）を本日発送しました。返品は30日以内にお願いします。",
    "感谢您的订单。M8螺丝已于今天寄出。",
    "주문해 주셔서 감사합니다. USB-C 케이블은 오늘 발송되었습니다.",
    "Vielen Dank für Ihre Bestellung. Die Größe 42 ist übrigens heute verschickt worden; Maße: 12,5 × 8 cm. Grüße aus Köln, Ihre Firma Müller & Söhne",
    "Merci pour votre commande. L’appareil a été expédié aujourd’hui ; la notice est jointe (fichier « notice.pdf »). À bientôt, Hélène",
    "Gracias por su pedido. El niño de la señora Muñoz recibirá el regalo el día 24. ¿Le falta algo? Díganoslo.",
    "Siparişiniz için teşekkürler. Satın aldığınız ürün bugün İstanbul'dan yola çıktı.",
    "תודה על ההזמנה. המשלוח יצא היום (M8).",
    "شكرا لطلبك. سيصل الطرد يوم الجمعة.",
    "आपके ऑर्डर के लिए धन्यवाद।",
    "Děkujeme za objednávku, příští týden přijde náhradní díl č. 5.",
];

/// Signs, numbers and names.
const SIGNS: &[&str] = &[
    "The charger i5-8250U with USB3, HDMI2.1, 4K and B2B mode needs firmware v1.2.3-rc4.",
    "Part numbers: M8x40-A2, 4711-0815, B0C7K2XK4Q, GT3-R5, 1N4007, 2N3904, CR2032, LR44, E27, AB-12/C.",
    "Sizes S, M, L and XL; S M L X L; 5 x 7 x 3 cm; 3/4 in; 5in; 10oz; W x D x H: 1 x 2 x 3.",
    "Open from 9am to 5pm, at 10 a.m. or 17:30, on 1st, 2nd, 3rd and 4th May; e.g. i.e. P.S. q.v. U.S.A.",
    "Order 114-3941689-8772232, tracking 1Z999AA10123456784, ISBN 978-3-16-148410-0, IBAN DE89 3704 0044 0532 0130 00.",
    "Files manual.pdf, photo_01.jpg, setup.exe and README.md are attached.",
    "Choose option A, B, C or D. A B C D E F are the keys; the initials are J. R. R. T. Hill.",
    "The capacitor has 10 μF, the resistor 4 kΩ, at 25 °C ± 3 %; ΔT is 5 K; TNFα and β-carotene.",
    "Hello! Yes! No!! Wow! 50+ pieces, A+ grade, C++ and E=mc². 100 % cotton at $5.99 or €4,50.",
    "We ship it . Come and see. Fine .Thank you. Polka dot in blue, and connect the dots.",
    "Two bags @ 3.50 each, wash @ 30 degrees.",
    "Count with the toy: one two three four five six seven eight nine ten.",
    "The password is r00t4ev3r_X and the code is XK3D-9Q4Z-77PL.",
    "Press 1️⃣ to start and 2️⃣ to stop. Made in 🇮🇹 and 🇺🇸 by a 👩\u{200D}🔧.",
    "Step1: open. Step 2: close. Item5 fits part3 and model7.",
    "It is a 3D printed 5-piece set in 2 boxes; no.4 is blue; 2x4s are planks.",
    "The bottle | the lid | the ring. Left/right, on/off, and/or, w/o battery, c/o Hill.",
];

/// Markup of mail builders.
const MARKUP: &[&str] = &[
    "<table><tr><td style=\"font-size:0px;padding:10px\"><div style=\"font-size:13px;color:#000\">Your parcel left today.</div></td></tr></table>",
    "<p><b>T</b>hank you, <i>Ann</i>. Water<em>proof</em>ing is H<sub>2</sub>O safe.</p><!-- footer --><p>Bye</p>",
    "<table><tr><td bgcolor=\"#232f3e\"><a style=\"color:#ffffff\" href=\"https://www.amazon.com/gp/css/order-history\"><span style=\"color:#ffffff\">Your orders</span></a></td></tr></table>",
    "<style>.button { background: #111 } @media (max-width: 600px) { .wide { display: none } }</style><p class=\"button\" style=\"color:#fff\">Your order</p>",
    "<p>Ihre Versand&shy;kosten&shy;rechnung liegt bei.</p><p>Hello&nbsp;&zwnj;&nbsp;</p>",
];

#[test]
fn everyday_text_is_not_accused() {
    for text in LANGUAGES.iter().chain(SIGNS).chain(MARKUP) {
        assert_eq!(accused(text), [] as [&str; 0], "{text}");
    }
}

#[test]
fn everyday_text_is_read_as_it_is_written() {
    let plain = |text: &str| text.replace(['“', '”', '„', '«', '»'], "\"").replace(['’', '‘'], "'").replace(['–', '—'], "-");
    for text in LANGUAGES.iter().chain(SIGNS) {
        let message = Message::from_text(*text);
        let document = Document::parse(&message);
        // compatibility forms are other characters for the same text
        let same = |c: &char| c.is_ascii_alphanumeric() || ('\u{370}'..'\u{530}').contains(c);
        let (read, written) =
            (document.body.text().chars().filter(same).collect::<String>(), plain(text).chars().filter(same).collect::<String>());
        if !text.contains(['μ', '²', '（']) {
            assert_eq!(read, written, "{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn judging_never_panics_and_points_inside(text in "(\\PC|[\u{0}-\u{2FF}]|[а-яα-ω]|[\u{200B}-\u{2060}]|<[a-z]{1,6}( style=\"[a-z:;0-9-]{0,20}\")?>|</[a-z]{1,6}>|<!--|-->|&#[0-9]{1,7};|[ .@!$|()\\[\\]-]|dot|com|★){0,40}") {
        let message = Message::from_text(text.as_str());
        let document = Document::parse(&message);
        for hit in rules::check(&document) {
            if let Some(span) = hit.span {
                prop_assert!(message.text.get(span.raw.clone()).is_some(), "{}: {:?}", hit.rule.name, span);
            }
        }
        let view = &document.body.view;
        for (i, c) in view.text().char_indices() {
            prop_assert!(message.text.get(view.to_raw(i..i + c.len_utf8())).is_some());
        }
    }
}
