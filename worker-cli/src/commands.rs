//! The verbs of the command line.

pub(crate) mod local;
