//! Names in commands that a person is told to write.

/// A name as one word of a command, for a shell: in quotes where it would be taken for several words, or for something
/// else. Between such quotes nothing means anything but the quote itself.
pub fn in_command(name: &str) -> String {
    let is_plain =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | ',' | ':' | '@' | '/' | '+');
    // What begins with a dash would be taken for an option.
    let plain = !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain);
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::in_command;

    #[test]
    fn a_name_is_one_word_of_a_command() {
        for plain in ["London", "Zürich-West", "4f2a91c0", "@asha"] {
            assert_eq!(in_command(plain), plain);
        }
        let quoted = [
            ("North London", "'North London'"),
            ("Roof & garden", "'Roof & garden'"),
            ("$HOME", "'$HOME'"),
            ("the \"old\" `mill`", "'the \"old\" `mill`'"),
            ("Asha's", r"'Asha'\''s'"),
            ("~", "'~'"),
            ("-x", "'-x'"),
            ("", "''"),
        ];
        for (name, word) in quoted {
            assert_eq!(in_command(name), word);
        }
    }
}
