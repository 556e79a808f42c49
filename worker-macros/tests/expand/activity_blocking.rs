#[activity(blocking)]
fn resize(Image { path, width }: Image) -> Result<Thumbnail, anyhow::Error> {
    thumbnail(&path, width)
}
