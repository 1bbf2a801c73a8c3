use chrono::NaiveDate;
use rusqlite::params;

use super::*;

#[test]
fn airings_are_ordered_by_date_log_and_entry() {
    let dir = tempfile::tempdir().expect("create a temporary folder");
    let index = AiringIndex::open(&dir.path().join("index")).expect("open the index");
    let mut expected = Vec::new();
    for log in 1..=40_i64 {
        // The origins descend while the row ids ascend, so an order by origin would fail the test.
        let row = params![log, format!("{:03}", 100 - log)];
        let sql = "INSERT INTO log VALUES (?1, ?2, 's', 0, x'', NULL, '', '', NULL, 0, NULL, NULL, '', 0, 0, NULL)";
        index.db.execute(sql, row).expect("insert the row");
        for date in [7_i64, 5, 6, 9] {
            for seq in [2, 1] {
                let sql =
                    "INSERT INTO airing VALUES (?1, ?2, 'a@2023-01-01', ?3, 0, NULL, 0, 0, 0, 0, NULL, 0, 0, 0, 0,
                     NULL, NULL, 1, 0, NULL, NULL, NULL, NULL, NULL)";
                index.db.execute(sql, params![log, date * 10 + seq, date]).expect("insert the row");
                expected.extend((date < 9).then_some((date, log, (date * 10 + seq).cast_unsigned())));
            }
        }
    }
    expected.sort_unstable();
    let day = |date: i32| NaiveDate::from_num_days_from_ce_opt(date).expect("the date exists");
    let mut visited = Vec::new();
    let result = index.for_each_airing::<IndexError>(
        &mut QueryContext::default(),
        DateRange { from: day(5), until: day(8) },
        |airing| {
            let (log, seq) = airing.entry.expect("the airing has an outcome");
            visited.push((i64::from(day_number(airing.fact.date)), log, seq));
            Ok(())
        },
    );
    result.expect("query the index");
    assert_eq!(visited, expected);
}
