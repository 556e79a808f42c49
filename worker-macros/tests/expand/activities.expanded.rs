impl Billing {
    const LIMIT: u64 = 4;
    /// Gives money back.
    #[activity(__in_block)]
    async fn refund(
        &self,
        input: Refund,
        context: ActivityContext,
    ) -> Result<Receipt, Error> {
        self.bank.refund(input, context.token()).await
    }
    #[cfg(unix)]
    #[allow(clippy::needless_pass_by_value)]
    #[activity(__in_block)]
    pub fn close(&self, period: Self::Period) -> Result<Summary, Error> {
        self.books.close(period)
    }
    #[activity(__in_block)]
    async fn limit() -> Result<u64, Error> {
        Ok(Self::LIMIT)
    }
    fn helper(&self) {}
}
const _: () = {
    #[automatically_derived]
    impl ::sfn_worker_core::__private::Activities for Billing {
        fn register(set: &mut ::sfn_worker_core::__private::ActivitySet) {
            set.add::<__refund>();
            #[cfg(unix)] set.add::<__close>();
            set.add::<__limit>();
        }
    }
    #[allow(non_camel_case_types)]
    struct __refund;
    #[automatically_derived]
    impl ::sfn_worker_core::__private::Activity for __refund {
        const NAME: &'static ::sfn_worker_core::__private::str = "billing-refund";
        const OPTIONS: ::sfn_worker_core::__private::ActivityOptions = ::sfn_worker_core::__private::ActivityOptions::new()
            .with_heartbeat(::sfn_worker_core::__private::Duration::new(15, 0))
            .with_timeout(::sfn_worker_core::__private::Duration::new(600, 0));
        fn describe(description: &mut ::sfn_worker_core::__private::Description) {
            ::sfn_worker_core::__private::about(description, "Gives money back.", "", 0);
            description.add_state::<Billing>();
            ::sfn_worker_core::__private::argument::<Refund>().describe(description);
            ::sfn_worker_core::__private::argument::<ActivityContext>()
                .describe(description);
            ::sfn_worker_core::__private::awaited(|(shared, argument0, argument1)| <Billing>::refund(
                    shared,
                    argument0,
                    argument1,
                ))
                .describe(description);
        }
        async fn run(
            call: ::sfn_worker_core::__private::Call,
        ) -> ::sfn_worker_core::__private::Handled {
            let arguments = ::sfn_worker_core::__private::arguments(&call);
            let (argument0, arguments) = arguments.take::<Refund, _>()?;
            let (argument1, arguments) = arguments.take::<ActivityContext, _>()?;
            let shared = ::sfn_worker_core::__private::shared::<Billing>(&call)?;
            ::sfn_worker_core::__private::drop(call);
            let returned = (
                ::sfn_worker_core::__private::sendable(
                        <Billing>::refund(&shared, argument0, argument1),
                    )
                    .await,
            );
            match ::sfn_worker_core::__private::result(returned.0) {
                ::sfn_worker_core::__private::Ok(output) => {
                    ::sfn_worker_core::__private::output(output.0)
                }
                ::sfn_worker_core::__private::Err(error) => {
                    ::sfn_worker_core::__private::failure(error.0)
                }
            }
        }
    }
    #[cfg(unix)]
    #[allow(non_camel_case_types)]
    struct __close;
    #[cfg(unix)]
    #[automatically_derived]
    impl ::sfn_worker_core::__private::Activity for __close {
        const NAME: &'static ::sfn_worker_core::__private::str = "close-books";
        const OPTIONS: ::sfn_worker_core::__private::ActivityOptions = ::sfn_worker_core::__private::ActivityOptions::new()
            .with_heartbeat(::sfn_worker_core::__private::Duration::new(15, 0))
            .with_timeout(::sfn_worker_core::__private::Duration::new(7200, 0));
        fn describe(description: &mut ::sfn_worker_core::__private::Description) {
            ::sfn_worker_core::__private::about(description, "", "", 0);
            description.add_state::<Billing>();
            ::sfn_worker_core::__private::argument::<<Billing>::Period>()
                .describe(description);
            ::sfn_worker_core::__private::returned(|(shared, argument0)| <Billing>::close(
                    shared,
                    argument0,
                ))
                .describe(description);
        }
        async fn run(
            call: ::sfn_worker_core::__private::Call,
        ) -> ::sfn_worker_core::__private::Handled {
            let arguments = ::sfn_worker_core::__private::arguments_strict(&call);
            let (argument0, arguments) = arguments.take::<<Billing>::Period, _>()?;
            let shared = ::sfn_worker_core::__private::shared::<Billing>(&call)?;
            call.blocking(move || {
                    let returned = (<Billing>::close(&shared, argument0),);
                    match ::sfn_worker_core::__private::result(returned.0) {
                        ::sfn_worker_core::__private::Ok(output) => {
                            ::sfn_worker_core::__private::output(output.0)
                        }
                        ::sfn_worker_core::__private::Err(error) => {
                            ::sfn_worker_core::__private::failure(error.0)
                        }
                    }
                })
                .await
        }
    }
    #[allow(non_camel_case_types)]
    struct __limit;
    #[automatically_derived]
    impl ::sfn_worker_core::__private::Activity for __limit {
        const NAME: &'static ::sfn_worker_core::__private::str = "billing-limit";
        const OPTIONS: ::sfn_worker_core::__private::ActivityOptions = ::sfn_worker_core::__private::ActivityOptions::new()
            .with_heartbeat(::sfn_worker_core::__private::Duration::new(15, 0))
            .with_timeout(::sfn_worker_core::__private::Duration::new(600, 0));
        fn describe(description: &mut ::sfn_worker_core::__private::Description) {
            ::sfn_worker_core::__private::about(description, "", "", 0);
            ::sfn_worker_core::__private::awaited(|()| <Billing>::limit())
                .describe(description);
        }
        async fn run(
            call: ::sfn_worker_core::__private::Call,
        ) -> ::sfn_worker_core::__private::Handled {
            ::sfn_worker_core::__private::drop(call);
            let returned = (
                ::sfn_worker_core::__private::sendable(<Billing>::limit()).await,
            );
            match ::sfn_worker_core::__private::result(returned.0) {
                ::sfn_worker_core::__private::Ok(output) => {
                    ::sfn_worker_core::__private::output(output.0)
                }
                ::sfn_worker_core::__private::Err(error) => {
                    ::sfn_worker_core::__private::failure(error.0)
                }
            }
        }
    }
};
