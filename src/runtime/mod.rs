//! One session: runs effects, owns the handles of net, store and files.

pub mod profile;
