#[derive(Debug, thiserror::Error, ActivityError)]
enum StoreError<'a, E: Error, const N: usize>
where
    E: 'static,
{
    #[error("the store does not answer")]
    Store(#[source] E),
    #[error("{0:?} is too long")]
    Key([&'a str; N]),
}
