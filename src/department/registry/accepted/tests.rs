use super::*;

fn registry(text: &str) -> Registry {
    Registry::parse(text.to_owned()).expect("a test's own registry")
}

#[test]
fn each_difference_is_found_and_what_this_machine_did_is_none() {
    let one = registry("[[station]]\nid = \"xa-1\"\nname = \"A\"\n");
    let two = registry("[[station]]\nid = \"xa-1\"\nname = \"B\"\n[department]\nagency = \"C\"\n");
    let mut accepted = AcceptedRegistries::default();
    assert!(!accepted.has_store("store"));
    assert_eq!(accepted.trust_on_first_use("store", &one, &CountersignedLogs::default()), None);
    assert!(accepted.has_store("store") && accepted.differences("store", &one, &[]).is_empty());
    let station = RegistryDifference::StationDiffers { id: "xa-1".to_owned() };
    assert_eq!(accepted.differences("store", &two, &[]), [station.clone(), RegistryDifference::DepartmentDiffers]);
    let gone = vec!["loa/xa-9/0".to_owned()];
    let here = accepted.unlisted_logs("store", gone.clone(), |_| true);
    assert_eq!((&here.in_this_store, here.strays.len()), (&gone, 0));
    assert_eq!(accepted.unlisted_logs("store", gone.clone(), |_| false).strays, gone);
    assert_eq!(
        accepted.differences("store", &one, &gone),
        [RegistryDifference::LogMissing { origin: gone[0].clone() }]
    );
    accepted.accept("store", &one, &gone);
    for store in ["store", "another"] {
        assert_eq!(
            accepted.unlisted_logs(store, gone.clone(), |_| false),
            UnlistedLogs::default(),
            "{store}: it was let go"
        );
    }
    assert_eq!(
        accepted.unlisted_logs("another", gone.clone(), |_| true).in_this_store,
        gone,
        "there nobody has let it go"
    );
    let read = AcceptedRegistries::parse(&accepted.to_string()).expect("its own form");
    assert_eq!(read, accepted);
    accepted.record_own_change("store", &one, &two);
    assert!(accepted.differences("store", &two, &[]).is_empty());
    assert_eq!(accepted.differences("store", &one, &[]).first(), Some(&station));
}
