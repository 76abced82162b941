//! What the command line says about the messenger's screen, and how that ended.

/// What the command line says about the front.
#[derive(Clone, Debug, Default)]
pub struct FrontOptions {
    pub theme: Option<String>,
    pub name: Option<String>,
    /// The only network interface that may be used.
    pub interface: Option<String>,
    pub language: Option<String>,
    /// Do not ask anything at the first start.
    pub defaults: bool,
    /// The contact or address to open.
    pub open: Option<String>,
    /// Panic at the first key: a test looks at what is left of the terminal.
    pub test_panic: bool,
}

/// How the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontExit {
    Quit,
    /// With so many messages that the history could not take.
    Unkept(u64),
    /// A part of the program is gone by a bug of ours; the panic hook has said which.
    Broken,
}
