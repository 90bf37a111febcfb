//! What a person at a terminal is asked. Questions go to standard error: standard output belongs to answers.

use crate::args::device::Sure;
use api::{ErrorCode, Refusal};
use std::io::{BufRead, IsTerminal, Write};

/// Whether somebody is there to be asked.
pub(crate) fn terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// Says something to whoever is at the terminal.
pub(crate) fn say(text: &str) -> Result<(), Refusal> {
    let mut err = std::io::stderr().lock();
    writeln!(err, "{text}").and_then(|()| err.flush()).map_err(|error| broken(&error))
}

/// Asks for one line.
pub(crate) fn line(question: &str) -> Result<String, Refusal> {
    let mut err = std::io::stderr().lock();
    write!(err, "{question} ").and_then(|()| err.flush()).map_err(|error| broken(&error))?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|error| broken(&error))?;
    Ok(answer.trim().to_owned())
}

/// Asks a question that is answered by yes or no; anything but a yes is a no.
pub(crate) fn yes(question: &str) -> Result<bool, Refusal> {
    let answer = line(&format!("{question} [y/N]"))?;
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.to_lowercase().as_str())
}

/// Before something that cannot be undone: says what will happen, and asks once. Where nobody can be asked, it has to be
/// said on the command line that it is meant; what will happen comes first all the same, as no part of the refusal but for
/// scripts, which read nothing else.
pub(crate) fn sure(sure: &Sure, what_happens: &str, json: bool) -> Result<(), Refusal> {
    if sure.yes {
        return Ok(());
    }
    if !terminal() {
        let mut message = "nothing was done yet. There is no terminal to ask at: say --yes if it is meant".to_owned();
        if json {
            message = format!("{what_happens}\n{message}");
        } else {
            say(what_happens)?;
        }
        return Err(Refusal::new(ErrorCode::Invalid, message));
    }
    say(what_happens)?;
    if yes("Shall it be done?")? { Ok(()) } else { Err(Refusal::new(ErrorCode::Invalid, "nothing was done")) }
}

fn broken(error: &std::io::Error) -> Refusal {
    Refusal::new(ErrorCode::Internal, format!("could not ask: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        assert!(["y", "Y", "yes", "YES"].into_iter().all(is_yes));
        assert!(["", "n", "no", "ye", "yes please", "ja"].into_iter().all(|answer| !is_yes(answer)));
    }

    #[test]
    fn it_is_meant_when_the_command_line_says_so() {
        assert!(sure(&Sure { yes: true }, "All is gone.", false).is_ok());
    }
}
