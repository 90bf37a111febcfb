//! Why a command stopped, in words for the person who typed it.

use std::{fmt, io, path::PathBuf, process::ExitStatus};

/// Everything that can go wrong here.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments make no sense.
    Usage(String),
    /// A program could not be started at all.
    Start { command: String, source: io::Error },
    /// A program ran and said no.
    Exit { command: String, status: ExitStatus },
    /// A program's output was not what was expected.
    Output { command: String, problem: String },
    /// A file or folder could not be read or written.
    File { doing: &'static str, path: PathBuf, source: io::Error },
    /// Something is missing that we cannot install here.
    Missing(String),
    /// Several steps of a plan failed; each has already been reported.
    Steps(Vec<String>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) | Self::Missing(what) => write!(f, "{what}"),
            Self::Start { command, source } => write!(f, "could not start `{command}`: {source}"),
            Self::Exit { command, status } => write!(f, "`{command}` failed ({status}); its own words are above"),
            Self::Output { command, problem } => write!(f, "`{command}` answered something unexpected: {problem}"),
            Self::File { doing, path, source } => write!(f, "could not {doing} {}: {source}", path.display()),
            Self::Steps(names) => write!(f, "FAILED: {}", names.join("; ")),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::File { source, .. } => Some(source),
            Self::Usage(_) | Self::Exit { .. } | Self::Output { .. } | Self::Missing(_) | Self::Steps(_) => None,
        }
    }
}
