//! Figures and names as people read them: thousands with commas, one decimal for scores, words for what is absent.
//!
//! Not for files that machines read: `render::csv` writes numbers in full.

mod codes;
mod names;

pub use codes::{plain, plain_but, plain_of_files};
pub use names::{area_name, clean, clean_long, mixed_case};

use jiff::civil::{Date, date};

/// What stands in a table cell without a value.
pub const NO_DATA: &str = "No data";
/// The class of a figure that is not set beside others.
pub const NOT_COMPARED: &str = "not compared";

/// `6,941`; a minus sign as U+2212.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if n < 0 {
        out.push('−');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A score of 0 to 100 with one decimal.
pub fn score(x: f64) -> String {
    format!("{x:.1}")
}

/// A score as it is printed, as a number: what a reader subtracts from what stands in a table.
pub fn printed(x: f64) -> f64 {
    score(x).parse().unwrap_or(x)
}

/// Pounds as they are printed, as a number.
pub fn printed_pounds(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// Points gained: `+4.5`; one that a decimal would print as nought says so in words.
pub fn gain(x: f64) -> String {
    if x > 0.0 && printed(x) == 0.0 { "less than 0.1".to_owned() } else { format!("+{}", score(x)) }
}

/// A value of an indicator: a share as a percentage, a rate per so many as a number, with two decimals where it is small.
pub fn value(v: f64, per: f64) -> String {
    if per == 1.0 && (0.0..=1.0).contains(&v) {
        percent(v)
    } else if v.abs() < 0.995 && v != 0.0 {
        format!("{v:.2}")
    } else {
        score(v)
    }
}

/// A proportion as a percentage: whole, but with a decimal where rounding would say none or all.
pub fn percent(p: f64) -> String {
    let whole = format!("{:.0}%", p * 100.0);
    let says_too_much = (whole == "0%" && p > 0.0) || (whole == "100%" && p < 1.0);
    if !says_too_much {
        whole
    } else if p < 0.001 {
        "under 0.1%".to_owned()
    } else if p > 0.999 {
        "over 99.9%".to_owned()
    } else {
        format!("{:.1}%", p * 100.0)
    }
}

/// Pounds and pence: `£3.21`, `−£0.40`.
pub fn pounds(x: f64) -> String {
    let pence = (x * 100.0).round();
    let sign = if pence < 0.0 { "−" } else { "" };
    let whole = (pence.abs() / 100.0).trunc();
    let whole_i = whole as i64;
    format!("{sign}£{}.{:02.0}", count(whole_i), pence.abs() - whole * 100.0)
}

/// `30 September 2018`.
pub fn day(d: Date) -> String {
    d.strftime("%-d %B %Y").to_string()
}

/// CCGs ended on this day (Health and Care Act 2022); sub-ICB locations carry their codes on.
const END_OF_CCGS: Date = date(2022, 7, 1);

/// What the areas that carry CCG codes are called on a day: one, and several.
pub fn area_kind(day: Date) -> (&'static str, &'static str) {
    if day < END_OF_CCGS { ("CCG", "CCGs") } else { ("sub-ICB location", "sub-ICB locations") }
}

/// With a capital at the beginning.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// How many, as [`count`] and [`of`] want it.
pub fn size(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// `1 practice`, `7 practices`.
pub fn of(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Pence as whole pounds: `£359,891`.
pub fn whole_pounds(pence: i64) -> String {
    let pounds = (pence.unsigned_abs() + 50) / 100;
    let sign = if pence < 0 && pounds > 0 { "−" } else { "" };
    format!("{sign}£{}", count(i64::try_from(pounds).unwrap_or(i64::MAX)))
}

/// A number of people or weighted people, to the nearest whole.
pub fn whole(x: f64) -> String {
    count(x.round() as i64)
}

/// A sentence of a definition with its full stop.
pub fn sentence(text: &str) -> String {
    let text = clean_long(text);
    if text.ends_with(['.', '?', '!']) { text } else { text + "." }
}

/// Within a sentence: `Without payments to other CCGs` loses its capital, `GP IT` keeps both.
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_within_a_sentence_keeps_its_short_forms() {
        assert_eq!(lower_first("Without payments to other CCGs"), "without payments to other CCGs");
        assert_eq!(lower_first("GP IT lines"), "GP IT lines");
    }

    #[test]
    fn thousands_have_commas_and_minus_is_a_minus_sign() {
        let check = |n, text| assert_eq!(count(n), text);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(-1_234_567, "−1,234,567");
        check(i64::MIN, "−9,223,372,036,854,775,808");
    }

    #[test]
    fn a_rate_below_one_in_a_thousand_is_no_percentage() {
        assert_eq!(
            [value(0.48, 1_000.0), value(0.0, 1_000.0), value(12.34, 1_000.0)],
            ["0.48", "0.0", "12.3"]
        );
        assert_eq!([value(0.48, 1.0), value(0.0, 1.0)], ["48%", "0%"]);
    }

    #[test]
    fn a_rounded_percentage_never_says_none_or_all_when_it_is_not_so() {
        let check = |p, text| assert_eq!(percent(p), text);
        check(0.0, "0%");
        check(1.0, "100%");
        check(0.004, "0.4%");
        check(0.996, "99.6%");
        check(0.0004, "under 0.1%");
        check(0.9999, "over 99.9%");
        check(0.455, "46%");
    }

    #[test]
    fn a_gain_is_never_printed_as_nought() {
        assert_eq!([gain(4.54), gain(0.05), gain(0.04)], ["+4.5", "+0.1", "less than 0.1"]);
        assert!((printed(80.14) - printed(34.86) - 45.2).abs() < 1e-9, "80.1 less 34.9");
    }

    #[test]
    fn pounds_have_two_decimals_and_carry() {
        let check = |x, text| assert_eq!(pounds(x), text);
        check(3.207, "£3.21");
        check(1.999, "£2.00");
        check(-0.4, "−£0.40");
        check(1234.5, "£1,234.50");
        check(-0.001, "£0.00");
    }

    #[test]
    fn pence_round_to_whole_pounds() {
        let check = |pence, text| assert_eq!(whole_pounds(pence), text);
        check(35_989_100, "£359,891");
        check(150, "£2");
        check(-35_989_149, "−£359,891");
        check(-3, "£0");
    }

    #[test]
    fn areas_are_ccgs_until_june_2022() {
        assert_eq!(area_kind(date(2022, 6, 30)).1, "CCGs");
        assert_eq!(area_kind(date(2022, 9, 30)).1, "sub-ICB locations");
    }
}
