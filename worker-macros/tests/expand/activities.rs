#[activities(prefix = "billing-", defaults(timeout = "10m", heartbeat = "15s"))]
impl Billing {
    const LIMIT: u64 = 4;

    /// Gives money back.
    #[activity]
    async fn refund(&self, input: Refund, context: ActivityContext) -> Result<Receipt, Error> {
        self.bank.refund(input, context.token()).await
    }

    #[activity(blocking, name = "close-books", timeout = "2h", unknown_fields = "refuse")]
    #[cfg(unix)]
    pub fn close(&self, period: Self::Period) -> Result<Summary, Error> {
        self.books.close(period)
    }

    #[activity]
    async fn limit() -> Result<u64, Error> {
        Ok(Self::LIMIT)
    }

    fn helper(&self) {}
}
