//! What a node asks of the desktop that it runs on. The program with the window has one; a command line has none.

use std::{
    io,
    path::{Path, PathBuf},
};

/// The window, as far as the node is concerned. Everything here returns at once.
pub trait Desk: Send + Sync {
    /// What stands for the program where the desktop speaks of it.
    fn picture(&self) -> Option<Picture>;

    /// Brings the window to the front. `leave` is the desktop's word that a person asked for it, where it gave one.
    fn come_forward(&self, leave: Option<String>);

    /// Lets a person choose a file. False where the system's dialog cannot be opened; the answer is dropped then.
    fn choose(&self, choice: Choice, answer: Answer) -> bool;

    /// Shows a folder.
    fn show_folder(&self, folder: &Path) -> io::Result<()>;
}

/// Takes the file that a person chose, or none.
pub type Answer = Box<dyn FnOnce(Option<PathBuf>) + Send>;

/// What a person is asked to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Where the dialog begins; a folder that exists.
    pub folder: PathBuf,
    /// The name that is offered for a new file; none where the file has to be there.
    pub name: Option<String>,
    /// How files of the kind that is looked for are called, as in `*.backup`; none for all.
    pub called: Option<String>,
}

/// A picture, as its points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Points in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue and opacity of each point, row by row.
    pub rgba: Vec<u8>,
}
