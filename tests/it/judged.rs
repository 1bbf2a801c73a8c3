//! The judge itself under logs that mean no good, or that are odd and honest: it neither fails, nor forgets, nor accuses.
use loa::airlog::plausible::{Finding, Fold};
use serde_json::json;

/// An entry in the form of the station, a second after the one before.
fn entry(seq: u64, kind: &str, rest: &str) -> String {
    let (hour, minute, second) = (seq / 3600 % 24, seq / 60 % 60, seq % 60);
    format!(
        "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"at\":\"2023-03-20T{hour:02}:{minute:02}:{second:02}.000000+07:00\",\
         \"boot\":\"b\",\"boottime_us\":{},\"clock\":{{\"synchronised\":true,\"max_error_us\":null}},{rest}}}",
        seq * 1_000_000
    )
}

fn plan(seq: u64, date: &str, ids: &str) -> String {
    entry(seq, "plan", &format!("\"date\":\"{date}\",\"count\":1,\"sha256\":\"{ids}\""))
}

/// Folds them; the name of a plan's file says how many airings it has, on the date behind it.
fn folded(mut fold: Fold, lines: &[String]) -> Fold {
    let mut kept = |name: &str| {
        let (count, date) = name.split_once('@')?;
        let ids: Vec<String> =
            (0..count.parse().ok()?).map(|n: u64| format!("{{\"id\":\"s@{date}T05:15:00#{n}\"}}")).collect();
        Some(format!("[{}]", ids.join(",")).into_bytes())
    };
    for line in lines {
        fold.take(line.as_bytes(), &mut kept);
    }
    fold.end();
    fold
}

fn coded<'a>(found: &'a [Finding], code: &str) -> Vec<&'a Finding> {
    found.iter().filter(|one| json!(one.why)["code"] == code).collect()
}

#[test]
fn no_date_or_clock_of_a_hostile_log_makes_the_judge_fail() {
    let dates = ["+262142-12-31", "-262143-01-01", "+10000-01-01", "0000-12-31", "9999-12-31", "0001-01-01"];
    for (a, b) in dates.iter().flat_map(|a| dates.iter().map(move |b| (a, b))) {
        for first in [0, 7] {
            let trust = entry(first, "clock-trust", "\"trusted\":true,\"trust\":\"synchronised\"");
            let mut lines = vec![trust, plan(first + 1, a, "1@2023-03-20"), plan(first + 2, b, "2@2023-03-20")];
            lines.extend((first + 3..first + 6).map(|seq| plan(seq, "2023-03-20", "2@2023-03-20")));
            lines.push(entry(first + 6, "note", "\"id\":\"x\"").replace("boottime_us\":", "boottime_us\":9999"));
            let found = folded(Fold::from(first), &lines).findings();
            let wild = [a, b].iter().filter(|date| date.len() != 10 || date.starts_with("0000")).count();
            assert_eq!(coded(&found, "no-such-date").len(), wild, "{a}, {b}: {found:?}");
        }
    }
    // Clocks at the ends of what a number holds, in the order of keys that another program writes.
    let ends = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX];
    let times = ["2023-03-20T05:15:00+07:00", "+262142-12-31T00:00:00Z", "-262143-01-02T00:00:00Z"];
    let mut lines = Vec::new();
    for (boottime, at) in ends.iter().chain(ends.iter().rev()).flat_map(|b| times.iter().map(move |at| (b, at))) {
        for (kind, rest) in [
            ("boot", "\"trusted\":true,\"trust\":\"synchronised\"".to_owned()),
            ("clock-step", "\"by_us\":-999999999999999999".to_owned()),
            ("clock-step", "\"by_us\":999999999999999999".to_owned()),
            (
                "start",
                format!("\"id\":\"s@2023-03-20T05:15:00#1\",\"planned_at\":\"{at}\",\"late_us\":-999999999999999999"),
            ),
            ("resume", "\"id\":\"s@2023-03-20T05:15:00#1\",\"frames\":999999999999999999,\"rate\":1".to_owned()),
            (
                "outcome",
                "\"id\":\"s@2023-03-20T05:15:00#1\",\"played_ms\":999999999999999999,\"planned_ms\":1".to_owned(),
            ),
        ] {
            let seq = lines.len();
            lines.push(format!(
                "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"boottime_us\":{boottime},\"boot\":\"b\",\"at\":\"{at}\",{rest}}}"
            ));
        }
    }
    folded(Fold::default(), &lines);
}
