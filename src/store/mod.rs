//! The history behind one interface, on a thread of its own.
