#[derive(Debug, ActivityError)]
#[activity_error(prefixes = "Charge.")]
enum ChargeError {
    #[activity_error(name = "States.Timeout")]
    Timeout,
    #[activity_error(name = "")]
    Declined,
}
