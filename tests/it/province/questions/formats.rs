//! `--by` selects the same table in every format.
use super::*;
use crate::foreign::python_with;

/// Extracts the text of a report file.
fn text_of_file(office: &Office, name: &str) -> String {
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(office.dir.path()).output();
        let output = output.unwrap_or_else(|e| panic!("{program}: {e}: see packaging/needs.sh"));
        assert!(output.status.success(), "{name}: {}", printed(&output));
        text(&output)
    };
    let words = match name.rsplit('.').next() {
        Some("pdf") => run("pdftotext", &["-layout", name, "-"]),
        Some("docx") => {
            let code =
                "import sys, docx; d = docx.Document(sys.argv[1]); print('\\n'.join(p.text for p in d.paragraphs))";
            run(python_with("docx"), &["-c", code, name])
        }
        Some("xlsx") => {
            let code = "import sys, openpyxl; b = openpyxl.load_workbook(sys.argv[1])\n\
                        print('\\n'.join(b.sheetnames)); print('\\n'.join(str(c.value) for r in b.worksheets[0] for c in r))";
            run(python_with("openpyxl"), &["-c", code, name])
        }
        _ => std::fs::read_to_string(office.path(name)).expect("read the file"),
    };
    words.replace("&#39;", "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn one_table_is_selected_in_every_format() {
    let office = office();
    accept(&office, CAMPAIGNS);
    // Each with its heading on paper, and the name of its sheet.
    let tables = [
        ("topic", "Theo chủ đề", "Theo chủ đề"),
        ("station", "Theo đài", "Theo đài"),
        ("target", "So với chỉ tiêu", "So với chỉ tiêu"),
        ("commune-topic", "Theo xã và chủ đề (phút)", "Xã và chủ đề"),
        ("growth", "Tăng, giảm thời lượng so với kỳ so sánh", "Tăng, giảm"),
        ("recordings", "Bản ghi âm và âm lượng", "Bản ghi âm, âm lượng"),
    ];
    for (by, heading, sheet) in tables {
        for format in ["txt", "html", "docx", "pdf", "xlsx"] {
            let name = format!("{by}.{format}");
            let arguments = ["--by", by, "--lang", "vi", "--output", &name];
            let output = report(&office, &arguments);
            assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
            let words = text_of_file(&office, &name);
            let of_format = |heading: &'static str, sheet: &'static str| if format == "xlsx" { sheet } else { heading };
            assert!(words.contains(of_format(heading, sheet)), "{name}: {words}");
            assert!(words.contains("đài") && words.contains("ngày-đài"), "the first sentence stays: {name}: {words}");
            for (other, heading, sheet) in tables {
                let is_shown = words.contains(of_format(heading, sheet));
                assert_eq!(is_shown, other == by, "{name} and {other}: {words}");
            }
            assert!(!words.contains("Việc cần làm của Sở"), "{name}: {words}");
        }
    }
}
