//! What a node asks of the desktop that it runs on. The program with the window has one; a command line has none.

/// The window, as far as the node is concerned. Everything here returns at once.
pub trait Desk: Send + Sync {
    /// What stands for the program where the desktop speaks of it.
    fn picture(&self) -> Option<Picture>;

    /// Brings the window to the front. `leave` is the desktop's word that a person asked for it, where it gave one.
    fn come_forward(&self, leave: Option<String>);
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
