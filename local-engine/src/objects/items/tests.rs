//! Every kind of object and what becomes of it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::MemoryObjects;
use super::*;
use crate::asl::CsvFormat;

fn plan(key: &str, format: ItemFormat) -> ReadPlan {
    ReadPlan {
        operation: ReadOperation::GetObject,
        bucket: "orders".to_owned(),
        key: key.to_owned(),
        format,
        pointer: None,
        flatten: false,
        max_items: 0,
    }
}

fn csv(headers: Option<&[&str]>, delimiter: u8) -> ItemFormat {
    ItemFormat::Csv(CsvFormat {
        headers: headers.map(|headers| headers.iter().map(|&name| name.to_owned()).collect()),
        delimiter,
    })
}

/// The items of one object.
async fn items(content: &str, format: ItemFormat) -> Result<Vec<Value>, String> {
    let store = MemoryObjects::new();
    store.add("orders", "it", content);
    let items = read_items(&store, &plan("it", format)).await?;
    Ok(items.into_iter().map(|item| item.value).collect())
}

#[tokio::test]
async fn a_json_array_has_its_items_and_an_object_its_members() {
    assert_eq!(
        items("[1, {}]", ItemFormat::Json).await.unwrap(),
        [json!(1), json!({})]
    );
    let store = MemoryObjects::new();
    store.add("orders", "it", r#"{"deep": [{"er": {"b": 1, "a": 2}}]}"#);
    let mut plan = plan("it", ItemFormat::Json);
    plan.pointer = Some("/deep/0/er".to_owned());
    let found = read_items(&store, &plan).await.unwrap();
    let keys: Vec<_> = found
        .iter()
        .map(|item| item.key.as_deref().unwrap())
        .collect();
    assert_eq!(keys, ["b", "a"]);
    assert_eq!(&*found[0].source, "S3://orders/it");
    plan.pointer = Some("/shallow".to_owned());
    let cause = read_items(&store, &plan).await.unwrap_err();
    assert_eq!(cause, "The ItemsPointer '/shallow' leads to nothing.");
}

#[tokio::test]
async fn a_json_text_that_has_no_items_is_said_in_the_services_words() {
    let cause = items("7", ItemFormat::Json).await.unwrap_err();
    assert_eq!(cause, "Attempting to map over non-iterable node.");
    assert!(items("{", ItemFormat::Json).await.is_err());
}

#[tokio::test]
async fn json_lines_have_an_item_for_each_line_that_is_not_blank() {
    let text = "{\"a\":1}\r\n\n  \n[2]\n\"three\"";
    let expected = [json!({"a": 1}), json!([2]), json!("three")];
    assert_eq!(items(text, ItemFormat::JsonLines).await.unwrap(), expected);
    let cause = items("1\n}\n", ItemFormat::JsonLines).await.unwrap_err();
    assert!(cause.starts_with("Line 2 is not JSON"), "{cause}");
}

#[tokio::test]
async fn rows_are_objects_of_texts_by_the_first_row() {
    let text = "\u{FEFF}id,name,note\n1,\"Smith, J\",\"said \"\"hi\"\"\"\n2,Jones\n3,a,b,extra\n";
    assert_eq!(
        items(text, csv(None, b',')).await.unwrap(),
        [
            json!({"id": "1", "name": "Smith, J", "note": "said \"hi\""}),
            json!({"id": "2", "name": "Jones", "note": ""}),
            json!({"id": "3", "name": "a", "note": "b"}),
        ]
    );
    assert!(items("", csv(None, b',')).await.unwrap().is_empty());
}

#[tokio::test]
async fn rows_are_objects_by_names_that_are_given_and_by_other_delimiters() {
    let rows = items("1;2\n3;4", csv(Some(&["a", "b"]), b';'))
        .await
        .unwrap();
    assert_eq!(
        rows,
        [json!({"a": "1", "b": "2"}), json!({"a": "3", "b": "4"})]
    );
    let cause = items("1,2", csv(Some(&["a", "a"]), b','))
        .await
        .unwrap_err();
    assert_eq!(cause, "CSV headers cannot contain duplicates.");
}

#[tokio::test]
async fn only_so_many_items_are_read() {
    let store = MemoryObjects::new();
    store.add("orders", "it", "a\n1\n2\n3\n");
    let mut plan = plan("it", csv(None, b','));
    plan.max_items = 2;
    assert_eq!(read_items(&store, &plan).await.unwrap().len(), 2);
}

#[tokio::test]
async fn listed_objects_are_items_or_hold_them() {
    let store = MemoryObjects::new();
    store.add("orders", "in/1.json", "[1, 2]");
    store.add("orders", "in/2.json", "[3]");
    store.add("orders", "out/3.json", "[4]");
    let mut plan = plan("in/", ItemFormat::Json);
    plan.operation = ReadOperation::ListObjects;
    let listed = read_items(&store, &plan).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].value["Key"], "in/1.json");
    assert_eq!(listed[0].value["Size"], 6);
    assert_eq!(&*listed[0].source, "S3://orders");
    plan.flatten = true;
    let loaded = read_items(&store, &plan).await.unwrap();
    let values: Vec<_> = loaded.iter().map(|item| item.value.clone()).collect();
    assert_eq!(values, [json!(1), json!(2), json!(3)]);
    assert_eq!(&*loaded[2].source, "S3://orders/in/2.json");
}

#[tokio::test]
async fn an_inventory_names_its_objects_in_packed_files() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed
        .write_all(b"\"orders\",\"a.png\",\"7\"\n\"orders\",\"b.png\",\"9\"\n")
        .unwrap();
    let store = MemoryObjects::new();
    store.add("stock", "data/1.csv.gz", packed.finish().unwrap());
    store.add(
        "orders",
        "it",
        r#"{"sourceBucket": "orders", "destinationBucket": "arn:aws:s3:::stock",
            "fileFormat": "CSV", "fileSchema": "Bucket, Key, Size", "files": [{"key": "data/1.csv.gz"}]}"#,
    );
    let found = read_items(&store, &plan("it", ItemFormat::Inventory))
        .await
        .unwrap();
    assert_eq!(
        found[1].value,
        json!({"Bucket": "orders", "Key": "b.png", "Size": "9"})
    );
    store.add(
        "orders",
        "it",
        r#"{"destinationBucket": "b", "fileFormat": "ORC", "files": []}"#,
    );
    let cause = read_items(&store, &plan("it", ItemFormat::Inventory))
        .await
        .unwrap_err();
    assert!(cause.contains("ORC"), "{cause}");
}

#[tokio::test]
async fn the_manifest_of_a_query_names_the_files_with_the_items() {
    let store = MemoryObjects::new();
    store.add("stock", "r/1", "{\"n\":1}\n");
    store.add("stock", "r/2", "{\"n\":2}\n");
    store.add("orders", "it", "s3://stock/r/1\ns3://stock/r/2\n");
    let format = ItemFormat::ResultFiles(Box::new(ItemFormat::JsonLines));
    let found = read_items(&store, &plan("it", format)).await.unwrap();
    assert_eq!(found[1].value, json!({"n": 2}));
}

#[tokio::test]
async fn an_object_that_is_not_there_is_said_in_the_words_of_s3() {
    let store = MemoryObjects::new();
    store.add("orders", "it", "[]");
    let cause = read_items(&store, &plan("gone", ItemFormat::Json))
        .await
        .unwrap_err();
    assert!(
        cause.starts_with("The specified key does not exist."),
        "{cause}"
    );
}
