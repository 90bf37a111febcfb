//! Words that the command line does not have, or lacks: what is wrong, in one sentence, and where it is explained.

use crate::args::Cli;
use clap::{
    CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// The sentence for an error of the words' own.
pub(crate) fn sentence(error: &clap::Error, words: impl Iterator<Item = String>) -> String {
    let said = |kind| error.get(kind).map(text).unwrap_or_default();
    let (what, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    let wrong = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("{what} is missing here"),
        // "A value is required": an empty text where a file or folder has to be named.
        ErrorKind::InvalidValue if value.is_empty() => format!("{what} is empty: something has to be named there"),
        ErrorKind::InvalidValue => {
            format!("\"{value}\" is nothing that can stand for {what}: it takes {}", said(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|why| format!(": {why}")).unwrap_or_default();
            format!("\"{value}\" is nothing that can stand for {what}{why}")
        }
        ErrorKind::UnknownArgument => format!("\"{what}\" is one word too many, or not one that this command knows"),
        ErrorKind::InvalidSubcommand => {
            // The nearest one comes last.
            let near = said(ContextKind::SuggestedSubcommand);
            let near = near.rsplit(", ").next().filter(|near| !near.is_empty());
            let near = near.map(|near| format!("; perhaps \"{near}\" is meant")).unwrap_or_default();
            format!("there is no command \"{}\"{near}", said(ContextKind::InvalidSubcommand))
        }
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            format!("{} and {} do not go together: leave one of the two out", bare(&what), bare(&other))
        }
        ErrorKind::InvalidUtf8 => "one of the words is no text in UTF-8: write it anew, or look which letters the \
                                   terminal or the script sends"
            .to_owned(),
        // The rest is clap's own, without its first word.
        _ => return error.to_string().trim_start_matches("error: ").trim().to_owned(),
    };
    let usage = said(ContextKind::Usage);
    let usage = usage.trim().trim_start_matches("Usage: ").lines().next().unwrap_or_default().trim();
    // With very many words it says less than the explanation; and of two that do not go together it has both.
    let both = error.kind() == ErrorKind::ArgumentConflict;
    let so =
        if usage.is_empty() || usage.len() > 100 || both { String::new() } else { format!("Write it so: {usage}\n") };
    format!("{wrong}.\n{so}`{} --help` explains it, with an example", path(words))
}

/// The name of an argument, without the marks of one that may be left out, or be there several times.
fn bare(argument: &str) -> &str {
    let one = argument.strip_suffix("...").unwrap_or(argument);
    one.strip_prefix('[').and_then(|one| one.strip_suffix(']')).unwrap_or(one)
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::String(one) => one.clone(),
        ContextValue::Strings(many) => many.join(", "),
        ContextValue::StyledStr(styled) => styled.to_string(),
        other => other.to_string(),
    }
}

/// The command that is meant, as far as it can be told.
fn path(words: impl Iterator<Item = String>) -> String {
    let (mut command, mut path) = (&Cli::command(), "chapterhouse".to_owned());
    for word in words {
        let Some(sub) = command.find_subcommand(&word) else { continue };
        path = format!("{path} {word}");
        command = sub;
    }
    path
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::Parser;

    #[test]
    fn what_is_missing_empty_or_unknown_is_said_plainly_with_the_command_that_explains_it() {
        let told = [
            ("sponsor", "<REQUEST> is missing here.", "`chapterhouse sponsor --help`"),
            ("device revoke", "<DEVICE> is missing here.", "`chapterhouse device revoke --help`"),
            ("status --data=", "--data <DIR> is empty", "`chapterhouse status --help`"),
            ("comment 4f2a91c0 --file=", "--file <FILE> is empty", "`chapterhouse comment --help`"),
            (
                "delegate 9c01ab77 --revoke asha",
                "--revoke and MEMBER[:SHARE] do not go together: leave one of the two out.\n`chapterhouse delegate --help`",
                "with an example",
            ),
            ("motion vote 4f2a91c0 maybe", "\"maybe\" is nothing", "it takes yes, no, abstain."),
            ("invite London --expires 7w", "\"7w\" is nothing", "use s, m, h or d"),
            ("invite London --uses 0", "\"0\" is nothing", "1..=1000"),
            ("chapter list --frob", "\"--frob\" is one word too many", "`chapterhouse chapter list --help`"),
            ("chapters list", "no command \"chapters\"; perhaps \"chapter\" is meant.", "`chapterhouse --help`"),
            ("device pair --wait --cancel", "--wait and --cancel do not go", "`chapterhouse device pair --help`"),
        ];
        for (line, first, then) in told {
            let words = || std::iter::once("chapterhouse").chain(line.split(' ')).map(str::to_owned);
            let error = Cli::try_parse_from(words()).unwrap_err();
            let sentence = sentence(&error, words().skip(1));
            assert!(sentence.contains(first) && sentence.contains(then), "{line}: {sentence}");
            assert!(!sentence.contains("error:"), "{sentence}");
        }
    }
}
