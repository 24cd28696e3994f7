//! What the nine-column indicator file of NHS Choices can hold: texts in windows-1252, the byte 0xAC (`¬`) between them, a line
//! end after each row, and no quotes around anything.

/// Why the file cannot hold a text: names the first character that is in the way. `None` where it can.
pub fn unwritable(text: &str) -> Option<String> {
    let lacks = |c: &char| encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2;
    let separates = |c: &char| matches!(c, '¬' | '\r' | '\n');
    match text.chars().find(|c| separates(c) || lacks(c))? {
        c if separates(&c) => Some(format!("{c:?} separates its fields or rows")),
        c => Some(format!("windows-1252 has no {c:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::unwritable;

    #[test]
    fn what_windows_1252_has_is_held_and_the_first_character_that_it_lacks_is_named() {
        assert_eq!(unwritable("St Mary’s – The Café"), None);
        assert!(unwritable("Łódź Road Surgery").is_some_and(|why| why.contains("'Ł'")));
        assert!(unwritable("Rose ¬ Crown Ł").is_some_and(|why| why.contains("'¬' separates")));
        assert!(unwritable("two\nlines").is_some());
    }
}
