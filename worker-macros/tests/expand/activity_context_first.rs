#[activity]
async fn watch(context: ActivityContext, mut again: ActivityContext, input: Vec<u64>) -> Result<(), Cancelled> {
    context.check()
}
