//! The test vectors in `docs/airlog-format.md` equal the program's output. `SNAPSHOTS=overwrite` rewrites them.
use std::path::Path;

use loa::airlog::storage::{MemoryStorage, Storage};
use loa::base::hash::hex;
use loa::logstore::receipt::extract_receipt;
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::verify_log;
use loa::proof::anchor::sign_anchor;
use loa::proof::checkpoint::Checkpoint;
use loa::proof::cosign::cosign;
use loa::proof::headcode::head_code;
use loa::proof::note::{NoteSigner, SignatureType};
use loa::proof::origin::{derive_origin, epoch_key_name};
use loa::proof::tree::{leaf_hash, root_of};
use loa::proof::verify::VerifyPolicy;

const MARKER: &str = "<!-- vectors -->\n";

fn key(name: &str, kind: SignatureType, byte: u8) -> NoteSigner {
    NoteSigner::new(name, kind, &[byte; 32]).expect("the key name is valid")
}

/// The text of the vectors, and the disk and witness key of their log: four entries, the second of which ends an epoch.
fn vectors() -> (String, MemoryStorage, NoteSigner) {
    let (log_key, epoch_key) = (key("x", SignatureType::Plain, 1), key("x", SignatureType::Plain, 2));
    let origin = derive_origin("loa", "mau", log_key.public().bytes(), epoch_key.public().bytes());
    let log_key = key(&origin, SignatureType::Plain, 1);
    let epoch_keys =
        [2, 3].map(|byte: u8| key(&epoch_key_name(&origin, u64::from(byte) - 2), SignatureType::Plain, byte));
    let witness = key("loa-witness/mau", SignatureType::Cosignature, 4);
    let line = |seq: u64, kind: &str, fields: &str| {
        format!(
            "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"at\":\"2023-03-20T05:15:0{seq}.000000+07:00\",{fields}}}"
        )
    };
    let note = sign_anchor(&witness, 1_679_260_000, [5; 16]).to_string();
    let lines = [
        line(
            0,
            "genesis",
            &format!(
                "\"origin\":\"{origin}\",\"key\":\"{}\",\"epoch_key\":\"{}\"",
                log_key.public(),
                epoch_keys[0].public()
            ),
        ),
        line(1, "epoch", &format!("\"epoch\":1,\"epoch_key\":\"{}\"", epoch_keys[1].public())),
        line(2, "anchor", &format!("\"note\":{}", serde_json::Value::from(note))),
        line(3, "outcome", "\"id\":\"sang@2023-03-20T05:15:00#1\",\"result\":\"aired\",\"title\":\"Nhạc hiệu\""),
    ];
    let leaves: Vec<_> = lines.iter().map(|line| leaf_hash(line.as_bytes())).collect();
    let checkpoint_at =
        |size: usize| Checkpoint { origin: origin.clone(), size: size as u64, root: root_of(&leaves[..size]) };
    let closing = checkpoint_at(2).sign_with(&[&log_key, &epoch_keys[0]]).to_string();
    let head = checkpoint_at(4).sign_with(&[&log_key, &epoch_keys[1]]);
    let mut cosigned = head.clone();
    cosigned.signatures.push(cosign(&witness, 1_679_300_000, &head.text));
    let (head, cosigned) = (head.to_string(), cosigned.to_string());

    let mut disk = MemoryStorage::default();
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    for (name, text) in [("log.jsonl", &text), ("checkpoint", &head), ("closings", &closing), ("cosigned", &cosigned)] {
        disk.replace(name, text.as_bytes()).expect("in-memory storage never fails");
    }
    let source = LogSource { storage: disk.copy(), form: LogForm::Airlog };
    let receipt = extract_receipt(&source, "sang@2023-03-20T05:15:00#1", 1)
        .expect("in-memory storage never fails")
        .expect("extract the receipt from an intact log")
        .text();
    let indented = |text: &str| {
        text.lines().map(|l| if l.is_empty() { "\n".to_owned() } else { format!("    {l}\n") }).collect::<String>()
    };
    let hashes: String = leaves.iter().map(|leaf| format!("    {}\n", hex(leaf))).collect();
    let page = format!(
        "{}\nTheir leaf hashes:\n\n{hashes}\nThe log's vkey, and the department's:\n\n    {}\n    {}\n\n\
         `closings`, one note:\n\n{}\n`cosigned` (the head with the countersignature of 1679300000; `checkpoint` is the same \
         without its last line):\n\n{}\nHead code `{}`. Receipt of entry 3:\n\n{}",
        indented(&text),
        log_key.public(),
        witness.public(),
        indented(&closing),
        indented(&cosigned),
        head_code(&root_of(&leaves)),
        indented(&receipt),
    );
    (page, disk, witness)
}

#[test]
fn the_vectors_of_the_page_equal_the_programs_output() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/airlog-format.md");
    let page = std::fs::read_to_string(&path).expect("read the page");
    let (text_before, old_vectors) = page.split_once(MARKER).expect("find the marker");
    let (vectors, ..) = vectors();
    if std::env::var("SNAPSHOTS").is_ok_and(|v| v == "overwrite") {
        std::fs::write(&path, format!("{text_before}{MARKER}\n{vectors}")).expect("write the page");
        return;
    }
    assert_eq!(old_vectors.trim(), vectors.trim(), "the page is out of date; SNAPSHOTS=overwrite rewrites it");
}

#[test]
fn the_log_of_the_vectors_verifies_with_its_time_bounds() {
    let (_, disk, witness) = vectors();
    let source = LogSource { storage: disk, form: LogForm::Airlog };
    let policy = VerifyPolicy {
        witness: Some(witness.public().clone()),
        airing: Some("sang@2023-03-20T05:15:00#1".to_owned()),
        ..VerifyPolicy::default()
    };
    let verification = verify_log(&source, policy, 1).expect("in-memory storage never fails");
    assert!(verification.errors.is_empty(), "{:?}", verification.errors);
    let (seq, _) = verification.verified.airing.expect("the airing was found");
    let bounds = verification.verified.evidence.bounds(seq);
    assert_eq!((bounds.not_before, bounds.not_after), (Some(1_679_260_000), Some(1_679_300_000)));
    assert_eq!((verification.verified.epochs, verification.verified.first_open_entry), (2, 2));
    // The anchor does not bound entries before it.
    assert_eq!(verification.verified.evidence.bounds(1).not_before, None);
}
