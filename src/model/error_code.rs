//! Short names of errors, as the history keeps them and a person reads them: `ENETUNREACH`.
//!
//! The one file in which such names stand; everything else names a constant, or passes on what the kernel said.

use std::borrow::Cow;
use std::fmt;

/// The short name of an error of the kernel, or of one of ours that is like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCode(Cow<'static, str>);

macro_rules! names {
    ($($name:ident)*) => {
        impl ErrorCode {
            $(pub const $name: Self = Self(Cow::Borrowed(stringify!($name)));)*
        }
    };
}

names! {
    EACCES EADDRINUSE EADDRNOTAVAIL EBUSY ECANCELED ECONNABORTED ECONNREFUSED ECONNRESET EDQUOT EEXIST EFBIG
    EHOSTUNREACH EINVAL EMFILE ENETUNREACH ENOBUFS ENOENT ENOSPC ENOTCONN EPIPE ESTALE ETIMEDOUT
}

impl ErrorCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for ErrorCode {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

/// As the history has it.
impl From<&str> for ErrorCode {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

impl From<&ErrorCode> for String {
    fn from(code: &ErrorCode) -> Self {
        code.as_str().to_owned()
    }
}
