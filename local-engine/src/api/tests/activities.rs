//! Activities by name and ARN.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_activity_lives_from_its_creation_to_its_deletion() {
    let api = api();
    let request = json!({ "name": "charge.card-1" });
    let created = ok(&api, "CreateActivity", request.clone()).await;
    assert_eq!(ok(&api, "CreateActivity", request).await, created);
    let arn = json!({ "activityArn": created["activityArn"] });
    let described = ok(&api, "DescribeActivity", arn.clone()).await;
    assert_eq!(
        described,
        json!({
            "activityArn": created["activityArn"],
            "name": "charge.card-1",
            "creationDate": created["creationDate"],
            "encryptionConfiguration": { "type": "AWS_OWNED_KEY" },
        })
    );
    for _ in 0..2 {
        assert_eq!(ok(&api, "DeleteActivity", arn.clone()).await, json!({}));
    }
    for operation in ["DescribeActivity", "GetActivityTask"] {
        let error = refused(&api, operation, arn.clone()).await;
        assert_eq!(error.code(), "ActivityDoesNotExist");
        let arn = created["activityArn"].as_str().unwrap();
        assert_eq!(error.message(), format!("Activity Does Not Exist: '{arn}'"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_activity_with_another_key_is_another_one() {
    let api = api();
    ok(&api, "CreateActivity", json!({ "name": "a" })).await;
    let request = json!({ "name": "a", "encryptionConfiguration": {
        "type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/mine" } });
    let error = refused(&api, "CreateActivity", request).await;
    assert_eq!(error.code(), "ActivityAlreadyExists");
}

#[tokio::test(start_paused = true)]
async fn names_are_refused_in_the_services_words() {
    let api = api();
    for name in ["a b", "a/b", "\u{0}a", "a<"] {
        let error = refused(&api, "CreateActivity", json!({ "name": name })).await;
        assert_eq!(error.code(), "InvalidName");
        assert_eq!(error.message(), format!("Invalid Name: '{name}'"));
    }
    let long = "x".repeat(81);
    let error = refused(&api, "CreateActivity", json!({ "name": long })).await;
    assert_eq!(error.code(), "ValidationException");
    let arn = json!({ "activityArn": "no_arn" });
    let error = refused(&api, "GetActivityTask", arn).await;
    assert_eq!(error.code(), "InvalidArn");
    assert_eq!(error.message(), "Invalid Arn: 'Invalid ARN prefix: no_arn'");
}
