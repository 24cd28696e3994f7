//! Names and other texts from data as people read them: cleaned of what cannot be seen, short, in mixed case.

use super::capital;

/// A text of any length for display, in full: as [`clean`], without the limit on its length.
pub fn clean_long(text: &str) -> String {
    visible(text).0
}

/// A name for display: without control characters, invisible characters and those that turn the direction of
/// text, cut after 120 characters. The second part says whether anything was removed; published CSV keeps the name as it
/// came.
pub fn clean(name: &str) -> (String, bool) {
    let (mut out, changed) = visible(name);
    if let Some((cut, _)) = out.char_indices().nth(120) {
        out.truncate(cut);
        out.push('…');
    }
    (out, changed)
}

fn visible(name: &str) -> (String, bool) {
    let keep = |c: &char| {
        !(c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}'
                | '\u{e0000}'..='\u{e0fff}'))
    };
    let spaced: String =
        name.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }).collect();
    let kept: String = spaced.chars().filter(keep).collect();
    let changed = kept.chars().count() != name.chars().count();
    (kept.split_whitespace().collect::<Vec<_>>().join(" "), changed)
}

/// A CCG's name without the words that all share, in mixed case where it came in capitals.
pub fn area_name(name: &str) -> String {
    let (name, _) = clean(name);
    let mut words: Vec<&str> = name.split(' ').collect();
    if words.first().is_some_and(|w| w.eq_ignore_ascii_case("nhs")) && words.len() > 1 {
        words.remove(0);
    }
    if words.last().is_some_and(|w| w.eq_ignore_ascii_case("ccg")) && words.len() > 1 {
        words.pop();
    }
    let joined = words.join(" ");
    if joined.chars().any(char::is_lowercase) { joined } else { mixed_case(&joined) }
}

/// `BATH AND NORTH EAST SOMERSET` becomes `Bath and North East Somerset`; codes and short forms stay as they are.
pub fn mixed_case(text: &str) -> String {
    const SMALL: [&str; 10] = ["AND", "OF", "ON", "THE", "UPON", "WITH", "IN", "LE", "AT", "FOR"];
    const KEPT: [&str; 12] = ["NHS", "ICB", "CCG", "PCN", "GP", "GPS", "UK", "DR", "II", "III", "IV", "BHR"];
    let mut out = String::with_capacity(text.len());
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        if word == "DR" || word == "DRS" || word == "ST" {
            out.push_str(&capital(&word.to_lowercase()));
        } else if KEPT.contains(&word) {
            out.push_str(word);
        } else if i > 0 && SMALL.contains(&word) {
            out.push_str(&word.to_lowercase());
        } else {
            word.split_inclusive(['-', '(', '/', '&', '.']).for_each(|part| out.push_str(&part_case(part)));
        }
    }
    out
}

/// A word, or a part of one up to a mark that joins parts: `4/LOWER` is `4/` and `LOWER`. One with a digit is a code.
fn part_case(part: &str) -> String {
    if part.chars().any(|c| c.is_ascii_digit()) {
        return part.to_owned();
    }
    let (mut out, mut upper) = (String::with_capacity(part.len()), true);
    for (k, c) in part.chars().enumerate() {
        if upper {
            out.extend(c.to_uppercase())
        } else {
            out.extend(c.to_lowercase())
        }
        // McKenzie and O'Brien, but Patel's.
        upper = k == 1 && (part.starts_with("MC") && part.len() > 4 || c == '\'' && part.starts_with('O'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_lose_what_cannot_be_seen() {
        assert_eq!(clean("High\u{202e} Street\u{200b}"), ("High Street".to_owned(), true));
        assert_eq!(clean("Chapel  Lane\u{7}"), ("Chapel Lane".to_owned(), true));
        assert_eq!(clean("Llanfair Surgery"), ("Llanfair Surgery".to_owned(), false));
        assert_eq!(clean(&"x".repeat(500)).0.chars().count(), 121);
        assert_eq!(clean_long(&"x".repeat(500)).len(), 500);
    }

    #[test]
    fn area_names_come_short_and_in_mixed_case() {
        let check = |from, to: &str| assert_eq!(area_name(from), to);
        check("NHS BATH AND NORTH EAST SOMERSET CCG", "Bath and North East Somerset");
        check("NHS Stoke on Trent CCG", "Stoke on Trent");
        check("NHS NORTHERN MOORS ICB - 84H", "Northern Moors ICB - 84H");
        check("MCKENZIE AND O'BRIEN", "McKenzie and O'Brien");
        check("DR PATEL'S SURGERY (ST-MARY)", "Dr Patel's Surgery (St-Mary)");
        check("4/LOWER BROUGHTON SURGERY", "4/Lower Broughton Surgery");
        check("ST JOHN'S HSE/W&D 2ND FLOOR", "St John's Hse/W&D 2ND Floor");
        check("NHS", "NHS");
    }
}
