//! What a member may be called. The node has the last word, on every alphabet; what is plain is said beside the field.

/// What a name is made of.
pub(crate) const HINT: &str = "Letters, digits, - _ and . without spaces, for example rowan or rowan.smith";

/// Why somebody cannot be called so, as far as it is plain.
pub(crate) fn problem(name: &str) -> Option<&'static str> {
    let name = name.trim();
    let fits = |c: char| !c.is_ascii() && !c.is_whitespace() || c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() {
        Some("Choose the name that members will see.")
    } else if name.chars().any(char::is_whitespace) {
        Some("A name has no spaces: put a . or a - in their place.")
    } else if !name.chars().all(fits) {
        Some("A name is made of letters, digits, - _ and . alone.")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_the_node_takes_is_not_refused_here() {
        for name in ["rowan", " rowan ", "Rowan.Smith_2", "imre-b", "Gülşah", "नूर", "Ὀδυσσεύς"] {
            assert_eq!(problem(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_name_is_said() {
        assert!(problem("  ").is_some_and(|why| why.starts_with("Choose")));
        assert!(problem("Rowan Smith").is_some_and(|why| why.contains("no spaces")));
        assert!(problem("rowan\u{a0}smith").is_some_and(|why| why.contains("no spaces")));
        assert!(problem("rowan@home").is_some_and(|why| why.contains("letters")));
    }
}
