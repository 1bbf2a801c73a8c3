use chrono::NaiveDate;
use rusqlite::params;

use super::*;

#[test]
fn airings_come_day_by_day_and_log_by_log() {
    let dir = tempfile::tempdir().expect("a folder");
    let index = AiringIndex::open(&dir.path().join("index")).expect("an index");
    let mut expected = Vec::new();
    for log in 1..=40_i64 {
        // Their names run against their numbers.
        let row = params![log, format!("{:03}", 100 - log)];
        let sql = "INSERT INTO log VALUES (?1, ?2, 's', 0, x'', NULL, '', '', NULL, 0, NULL, NULL, '', 0, 0)";
        index.db.execute(sql, row).expect("a row");
        for date in [7_i64, 5, 6, 9] {
            for seq in [2, 1] {
                let sql = "INSERT INTO airing VALUES (?1, ?2, 'a@2023-01-01', ?3, 0, NULL, 0, 0, 0, 0, NULL, 0, 0, 0, 0, NULL,
                     NULL, 1, 0, NULL, NULL, NULL, NULL, NULL)";
                index.db.execute(sql, params![log, date * 10 + seq, date]).expect("a row");
                expected.extend((date < 9).then_some((date, log, (date * 10 + seq).cast_unsigned())));
            }
        }
    }
    expected.sort_unstable();
    let day = |date: i32| NaiveDate::from_num_days_from_ce_opt(date).expect("a date");
    let mut given = Vec::new();
    let taken = index.for_each_airing::<IndexError>(
        &mut QueryContext::default(),
        DateRange { from: day(5), until: day(8) },
        |airing| {
            let (log, seq) = airing.entry.expect("an outcome");
            given.push((i64::from(day_number(airing.fact.date)), log, seq));
            Ok(())
        },
    );
    taken.expect("facts");
    assert_eq!(given, expected);
}
