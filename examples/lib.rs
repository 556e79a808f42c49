#![doc = include_str!("README.md")]

/// The front page of the project, so that its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
