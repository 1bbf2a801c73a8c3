//! The source follows its layout. `tests/house/house.py` checks the rules, and `tests/house/order` lists the rooms.
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/house/house.py");

fn run_house(src: &Path) -> Output {
    Command::new("python3").arg(SCRIPT).arg(src).output().expect("python3 runs")
}

#[test]
fn imports_go_downward_and_type_names_are_unique() {
    let output = run_house(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_wrong_path_or_name_on_the_architecture_page_is_reported() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    fs::create_dir_all(dir.path().join("src")).expect("make the folder");
    fs::create_dir_all(dir.path().join("docs")).expect("make the folder");
    fs::write(dir.path().join("src/plan.rs"), "pub struct Plan;\n").expect("write the file");
    let page = "## 5. Rooms\n`gone.rs`\n## 6. Where to add what\n`Plan` in\n`plan.rs`, `Day`, `Night` in `plan.rs`, \
                `plan/day.rs`, `docs/architecture.md`\n\n### Index\n| a day | \"A day\"; \"A rule\"; \"A week\" |\n\n\
                ### Rules\n- **A rule.** One.\n\n### Items\n- **A day** (a date). One.\n- **A year.** One.\n\
                ## 7. What is frozen\n`lost.rs`\n";
    fs::write(dir.path().join("docs/architecture.md"), page).expect("write the file");
    let output = run_house(&dir.path().join("src"));
    let expected_faults = [
        "docs/architecture.md: there is no plan/day.rs",
        "docs/architecture.md: Day is not in plan.rs",
        "docs/architecture.md: Night is not in plan.rs",
        "docs/architecture.md: the index does not name \"A year\"",
        "docs/architecture.md: \"A week\" in the index is no item",
    ];
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().collect::<Vec<_>>(), expected_faults);
}

#[test]
fn a_broken_rule_is_reported() {
    let long_function = format!("pub fn long() {{\n{}}}\n", "    let _ = 1;\n".repeat(400));
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("base.rs", "use crate::cli::Cli;\n"), ("cli.rs", "pub struct Cli;\n")], "imports upward"),
        (
            &[
                ("plan.rs", "mod a;\nmod b;\n"),
                ("plan/a.rs", "use super::b::B;\npub struct A(B);\n"),
                ("plan/b.rs", "pub struct B;\nfn f() -> Option<super::a::A> {\n    None\n}\n"),
            ],
            "a circle of imports",
        ),
        (
            &[("plan.rs", "pub struct Line;\n"), ("proof.rs", "pub(crate) enum Line {}\n")],
            "the name Line is 2 public types",
        ),
        (&[("text.rs", &long_function)], "fn long: 402 lines, more than 60"),
        (
            &[(
                "text.rs",
                "texts! {\n    pub enum Words {\n        Used { n: u64 } => \"\", \"\";\n        \
                           Old => \"\", \"\";\n    }\n}\nfn f() -> Words {\n    Words::Used { n: 1 }\n}\n",
            )],
            "src/text.rs:4: nothing uses the sentence Words::Old",
        ),
        (&[("nowhere.rs", "")], "the room `nowhere` is not in tests/house/order"),
    ];
    for (files, fault) in cases {
        let src = tempfile::tempdir().expect("make a temporary folder");
        for (name, text) in files {
            let path = src.path().join(name);
            fs::create_dir_all(path.parent().expect("the path has a parent")).expect("make the folder");
            fs::write(path, text).expect("write the file");
        }
        let output = run_house(src.path());
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!((output.status.code(), stdout.contains(fault)), (Some(1), true), "{fault}: {stdout}");
    }
}
