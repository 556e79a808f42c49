//! Pages, tags, and what is not an operation.

use super::*;

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages() {
    let api = api();
    for name in ["c", "a", "b", "d", "e"] {
        ok(&api, "CreateActivity", json!({ "name": name })).await;
        machine(&api, name, PASS).await;
    }
    let names = ["a", "b", "c", "d", "e"].map(Value::from);
    let list = pages(&api, "ListActivities", json!({}), "activities", "name").await;
    assert_eq!(list, names);
    let list = pages(
        &api,
        "ListStateMachines",
        json!({}),
        "stateMachines",
        "name",
    )
    .await;
    assert_eq!(list, names);

    let arn = machine(&api, "a", PASS).await;
    for name in ["x1", "x2", "x3", "x4"] {
        start(&api, &arn, name).await;
    }
    let request = json!({ "stateMachineArn": arn });
    let list = pages(&api, "ListExecutions", request, "executions", "name").await;
    assert_eq!(list, ["x4", "x3", "x2", "x1"].map(Value::from));
    let request = json!({ "stateMachineArn": arn, "statusFilter": "RUNNING" });
    let running = ok(&api, "ListExecutions", request).await;
    assert_eq!(running, json!({ "executions": [] }));
}

#[tokio::test(start_paused = true)]
async fn a_history_comes_in_pages_in_either_order() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let execution = start(&api, &arn, "one").await;
    let request = json!({ "executionArn": execution });
    let ids = pages(&api, "GetExecutionHistory", request, "events", "id").await;
    assert_eq!(ids, [1, 2, 3, 4].map(Value::from));
    let request = json!({ "executionArn": execution, "reverseOrder": true });
    let ids = pages(&api, "GetExecutionHistory", request, "events", "id").await;
    assert_eq!(ids, [4, 3, 2, 1].map(Value::from));
    let request = json!({ "executionArn": execution, "includeExecutionData": false });
    let history = ok(&api, "GetExecutionHistory", request).await;
    assert!(!history.to_string().contains("output\""));
}

#[tokio::test(start_paused = true)]
async fn a_page_token_opens_its_own_list_only() {
    let api = api();
    for name in ["a", "b"] {
        ok(&api, "CreateActivity", json!({ "name": name })).await;
        machine(&api, name, PASS).await;
    }
    let page = ok(&api, "ListActivities", json!({ "maxResults": 1 })).await;
    let request = json!({ "nextToken": page["nextToken"] });
    ok(&api, "ListActivities", request.clone()).await;
    for request in [request, json!({ "nextToken": "InvalidToken" })] {
        let error = refused(&api, "ListStateMachines", request).await;
        assert_eq!(error.code(), "InvalidToken");
        assert_eq!(error.message(), "Invalid Token: 'Invalid token'");
    }
}

#[tokio::test(start_paused = true)]
async fn tags_are_added_and_taken_away() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let tags = json!([{ "key": "k1", "value": "v1" }, { "key": "k2", "value": "" }]);
    let request = json!({ "resourceArn": arn, "tags": tags });
    ok(&api, "TagResource", request).await;
    let listed = ok(&api, "ListTagsForResource", json!({ "resourceArn": arn })).await;
    assert_eq!(listed["tags"], tags);
    let request = json!({ "resourceArn": arn, "tagKeys": ["k1", "k1", "k3"] });
    ok(&api, "UntagResource", request).await;
    let listed = ok(&api, "ListTagsForResource", json!({ "resourceArn": arn })).await;
    assert_eq!(listed["tags"], json!([{ "key": "k2", "value": "" }]));
    let missing = format!("{arn}x");
    let error = refused(
        &api,
        "ListTagsForResource",
        json!({ "resourceArn": missing }),
    )
    .await;
    assert_eq!(error.code(), "ResourceNotFound");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_not_there_is_told_from_one_that_is_not_there_yet() {
    let api = api();
    let error = refused(&api, "MakeCoffee", json!({})).await;
    assert_eq!(error.code(), "UnknownOperationException");
    let error = refused(&api, "RedriveExecution", json!({})).await;
    assert!(error.message().contains("not supported by this engine yet"));
}
