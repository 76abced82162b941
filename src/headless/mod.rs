//! The fronts for scripts: send, listen, echo, contacts.
