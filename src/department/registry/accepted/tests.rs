use super::*;

fn registry(text: &str) -> Registry {
    Registry::parse(text).expect("the registry is valid")
}

#[test]
fn differences_are_reported_until_accepted_or_recorded_as_own_changes() {
    let first_registry = registry("[[station]]\nid = \"xa-1\"\nname = \"A\"\n");
    let changed_registry = registry("[[station]]\nid = \"xa-1\"\nname = \"B\"\n[department]\nagency = \"C\"\n");
    let mut accepted = AcceptedRegistries::default();
    assert!(!accepted.has_store("store"));
    assert_eq!(accepted.trust_on_first_use("store", &first_registry, &CountersignedLogs::default()), None);
    assert!(accepted.has_store("store") && accepted.differences("store", &first_registry, &[]).is_empty());
    let station_differs = RegistryDifference::StationDiffers { id: "xa-1".to_owned() };
    assert_eq!(
        accepted.differences("store", &changed_registry, &[]),
        [station_differs.clone(), RegistryDifference::DepartmentDiffers]
    );
    let missing_logs = vec!["loa/xa-9/0".to_owned()];
    let unlisted = accepted.unlisted_logs("store", missing_logs.clone(), |_| true);
    assert_eq!((&unlisted.in_this_store, unlisted.in_unknown_store.len()), (&missing_logs, 0));
    assert_eq!(accepted.unlisted_logs("store", missing_logs.clone(), |_| false).in_unknown_store, missing_logs);
    assert_eq!(
        accepted.differences("store", &first_registry, &missing_logs),
        [RegistryDifference::LogMissing { origin: missing_logs[0].clone() }]
    );
    accepted.accept("store", &first_registry, &missing_logs);
    for store in ["store", "another"] {
        assert_eq!(
            accepted.unlisted_logs(store, missing_logs.clone(), |_| false),
            UnlistedLogs::default(),
            "{store}: a dismissed log in another store is not reported"
        );
    }
    assert_eq!(
        accepted.unlisted_logs("another", missing_logs.clone(), |_| true).in_this_store,
        missing_logs,
        "a log in a store is reported unless it was dismissed for this store"
    );
    let parsed = AcceptedRegistries::parse(&accepted.to_string()).expect("the printed text can be parsed");
    assert_eq!(parsed, accepted);
    let signed_registry = registry("[[station]]\nid = \"xa-1\"\nname = \"A\"\n[department]\nsigner = \"GIÁM ĐỐC\"\n");
    assert_eq!(accepted.differences("store", &signed_registry, &[]), [RegistryDifference::DepartmentDiffers]);
    accepted.record_own_change("store", &first_registry, &changed_registry);
    assert!(accepted.differences("store", &changed_registry, &[]).is_empty());
    assert_eq!(accepted.differences("store", &first_registry, &[]).first(), Some(&station_differs));
}
