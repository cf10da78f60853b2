//! Which elements a buyer can see: what style hides, and what is hidden inside it.

use csscolorparser::Color;

use super::html::Attribute;
use super::style::{Declaration, pixels};

/// How far left, up or right of the page text must be moved to be out of sight, in pixels.
const AWAY: f64 = 500.0;

/// The contrast (WCAG 2) below which letters cannot be told from what is behind them.
const LEAST_CONTRAST: f64 = 1.1;

/// What an element's style and that of the elements around it do to its text.
#[derive(Debug, Clone)]
pub struct Looks {
    /// Not shown, whatever is said inside.
    gone: bool,
    /// `visibility: hidden`, which may be taken back inside.
    invisible: bool,
    /// Letters of no size, which may be taken back inside.
    tiny: bool,
    /// Colour of the text; `None` where it is not known.
    color: Option<Color>,
    /// Colour behind the text; `None` where it is not known.
    background: Option<Color>,
}

impl Default for Looks {
    fn default() -> Self {
        Looks {
            gone: false,
            invisible: false,
            tiny: false,
            color: Some(Color::new(0.0, 0.0, 0.0, 1.0)),
            background: Some(Color::new(1.0, 1.0, 1.0, 1.0)),
        }
    }
}

impl Looks {
    /// The looks of an element inside this one. Style sheets, where a document has any, may colour what is behind an element with a class, so that
    /// `classes` makes the colours unknown.
    pub fn inside(&self, name: &str, attributes: &[Attribute], style: &[Declaration], classes: bool) -> Looks {
        let mut looks = self.clone();
        let attribute = |wanted: &str| attributes.iter().find(|a| a.name == wanted).map(|a| a.value.trim());
        if classes && (attribute("class").is_some() || attribute("id").is_some()) {
            looks.background = None;
            looks.color = None;
        }
        if name == "a" {
            // links have a colour of their own
            looks.color = None;
        }
        if let Some(color) = attribute("color").filter(|_| name == "font").or_else(|| attribute("text").filter(|_| name == "body")) {
            looks.color = color_of(color);
        }
        if let Some(color) = attribute("bgcolor") {
            looks.background = color_of(color);
        }
        if attribute("background").is_some() {
            looks.background = None;
        }
        looks.gone |= attribute("hidden").is_some() || removes(style);
        for d in style {
            let value = d.value.as_str();
            match d.property.as_str() {
                "visibility" => looks.invisible = matches!(value, "hidden" | "collapse"),
                "font-size" => looks.tiny = if relative(value) { looks.tiny || zero(value) } else { zero(value) },
                "font" if value.starts_with("0/") || value.starts_with("0 ") || value.starts_with("0px") => looks.tiny = true,
                "font" => looks.tiny = false,
                "color" | "-webkit-text-fill-color" if value != "inherit" => looks.color = color_of(value),
                "background" if value == "none" || value == "transparent" => {}
                "background" | "background-color" => {
                    looks.background = color_of(value.split_whitespace().next().unwrap_or_default()).filter(|_| !value.contains("url("))
                }
                "background-image" if value != "none" => looks.background = None,
                _ => {}
            }
        }
        looks
    }

    /// Whether text here is not seen.
    pub fn hidden(&self) -> bool {
        self.gone || self.invisible || self.tiny || self.unreadable()
    }

    /// Whether the text has the colour of what is behind it.
    fn unreadable(&self) -> bool {
        let Some(color) = &self.color else { return false };
        if color.a < 0.05 {
            return true;
        }
        self.background.as_ref().is_some_and(|b| b.a > 0.95 && color.a > 0.95 && contrast(color, b) < LEAST_CONTRAST)
    }
}

fn color_of(value: &str) -> Option<Color> {
    csscolorparser::parse(value).ok()
}

/// The contrast of two colours, from 1 to 21: (L1 + 0.05) / (L2 + 0.05), WCAG 2.2, "contrast ratio".
fn contrast(a: &Color, b: &Color) -> f64 {
    let luminance = |c: &Color| {
        let [r, g, b, _] = c.to_linear_rgba();
        f64::from(0.2126 * r + 0.7152 * g + 0.0722 * b)
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

fn zero(value: &str) -> bool {
    pixels(value).is_some_and(|v| v.abs() < 1.0) || value.trim_end_matches('%') == "0"
}

/// Sizes that are shares of the size around them.
fn relative(value: &str) -> bool {
    value.ends_with('%') || value.ends_with("em") && !value.ends_with("rem") || matches!(value, "inherit" | "smaller" | "larger")
}

/// Whether declarations take an element out of sight with all that is inside.
fn removes(style: &[Declaration]) -> bool {
    let value = |property: &str| style.iter().rev().find(|d| d.property == property).map(|d| d.value.as_str());
    let length = |property: &str| value(property).and_then(pixels);
    let clipped = || value("overflow").is_some_and(|v| v.contains("hidden"));
    let lifted = || value("position").is_some_and(|v| matches!(v, "absolute" | "fixed" | "relative"));
    let away = |property: &str| length(property).is_some_and(|v| v.abs() >= AWAY);
    let none = |property: &str| value(property).is_some_and(zero);
    let squeezed = |function: &str, values: &[&str]| {
        let value = value("transform").unwrap_or_default().replace(' ', "");
        values.iter().any(|v| value.contains(&format!("{function}({v})")))
    };
    value("display") == Some("none")
        || value("mso-hide") == Some("all")
        || value("opacity").is_some_and(|v| v.trim_end_matches('%').parse::<f64>().is_ok_and(|v| v < 0.05))
        || ["height", "max-height", "width", "max-width"].into_iter().any(|p| none(p) && clipped())
        || length("text-indent").is_some_and(|v| v <= -AWAY)
        || ["margin-left", "margin-top"].into_iter().any(|p| length(p).is_some_and(|v| v <= -AWAY))
        || lifted() && ["left", "top", "right", "bottom"].into_iter().any(away)
        || value("clip").is_some_and(|v| {
            v.starts_with("rect(")
                && v.trim_start_matches("rect(")
                    .split([',', ' ', ')'])
                    .filter(|p| !p.is_empty())
                    .all(|p| pixels(p).is_some_and(|l| l.abs() <= 1.0))
        })
        || value("clip-path").is_some_and(|v| ["inset(100%", "inset(50%", "circle(0"].iter().any(|c| v.starts_with(c)))
        || squeezed("scale", &["0", "0,0", "0.0"])
        || value("transform").is_some_and(|v| v.starts_with("translate") && v.contains("-9999"))
}

#[cfg(test)]
mod tests {
    use super::super::style::declarations;
    use super::*;

    fn looks(around: &Looks, css: &str) -> Looks {
        around.inside("span", &[], &declarations(css, &(0..css.len())), false)
    }

    #[test]
    fn text_out_of_sight_is_hidden() {
        for css in [
            "display:none",
            "visibility: hidden",
            "opacity: 0",
            "font-size:0",
            "font-size:0%",
            "max-height:0;overflow:hidden",
            "color:#fff",
            "color:white",
            "color:#fefefe",
            "color:transparent",
            "color:rgba(0,0,0,0)",
            "background:#000;color:black",
            "position:absolute;left:-9999px",
            "text-indent:-9999px",
            "position:absolute;clip:rect(1px,1px,1px,1px)",
            "clip-path:inset(100%)",
            "transform: scale(0)",
        ] {
            assert!(looks(&Looks::default(), css).hidden(), "{css}");
        }
    }

    #[test]
    fn readable_text_is_not() {
        for css in [
            "display:block",
            "opacity:.5",
            "font-size:12px",
            "max-height:0",
            "color:#999",
            "color:#fff;background:#333",
            "color:#fff;background:url(x.png)",
            "left:-9999px",
            "text-indent:-10px",
            "width:0",
        ] {
            assert!(!looks(&Looks::default(), css).hidden(), "{css}");
        }
    }

    #[test]
    fn what_may_be_taken_back_is_taken_back() {
        // mail builders set no size on cells, to close the gaps between them, and a size on what is inside
        let cell = looks(&Looks::default(), "font-size:0px");
        assert!(cell.hidden() && !looks(&cell, "font-size:13px").hidden() && looks(&cell, "font-size:80%").hidden());
        let hidden = looks(&Looks::default(), "visibility:hidden");
        assert!(!looks(&hidden, "visibility:visible").hidden());
        let gone = looks(&Looks::default(), "display:none");
        assert!(looks(&gone, "display:block").hidden());
    }
}
