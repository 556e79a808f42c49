//! Why a path or a template came to nothing.

/// Why a path came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The place is not there; the message is the path library's own, as the service shows it.
    #[error("{0}")]
    NotFound(String),
}
