//! The style sheets of the HTML page.

/// The style sheet: A4 with the margins of decree 30/2020. On small screens, wide tables scroll in their own box.
pub(super) const STYLE: &str = "
@page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); font-size: 13pt; } }
@page :first { @top-center { content: none; } }
@page wide { size: A4 landscape; }
* { box-sizing: border-box; }
body { font-family: 'Times New Roman', Tinos, 'Liberation Serif', serif; font-size: 17px; line-height: 1.4; color: #1a1a1a;
  background: #fff; margin: 0 auto; padding: 16px; max-width: 1000px; }
header { display: flex; flex-wrap: wrap; gap: 8px 24px; justify-content: space-between; text-align: center; }
header > div { flex: 1 1 260px; }
header p { margin: 0; text-wrap: balance; }
header .rule { border-bottom: 1px solid #1a1a1a; display: inline-block; padding-bottom: 3px; }
h1 { font-size: 1.2em; text-align: center; margin: 28px 0 4px; }
h2 { font-size: 1.05em; margin: 26px 0 8px; break-after: avoid; }
h2.section, h2.name { text-transform: uppercase; }
h3, h4 { font-size: 1em; margin: 18px 0 6px; break-after: avoid; }
h4 { font-style: italic; }
.under, .draft, h2.name { text-align: center; text-wrap: balance; margin: 2px 0; }
.subject::after { content: ''; display: block; width: 9em; margin: 6px auto 10px; border-bottom: 1px solid #1a1a1a; }
.draft { border: 1px solid #a23e2a; color: #8a2f1d; padding: 4px 8px; margin: 12px 0; }
.place { font-style: italic; }
.fill { border-bottom: 1px dotted #555; height: 1.9em; margin: 0; }
.box { overflow-x: auto; position: relative; margin: 8px 0; }
.box:focus-visible { outline: 2px solid #3f78b4; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 0.86em; font-variant-numeric: tabular-nums;
  border-top: 1px solid #8d949e; border-left: 1px solid #8d949e; }
th, td { border-right: 1px solid #8d949e; border-bottom: 1px solid #8d949e; padding: 3px 6px; text-align: left;
  vertical-align: top; overflow-wrap: break-word; max-width: 30em; background: #fff; }
td:not(.right) { min-width: 6.5em; }
td.long { min-width: 15em; }
th { background: #e8edf3; font-weight: bold; text-align: center; vertical-align: middle; overflow-wrap: normal; }
th:first-child, td:first-child { position: sticky; left: 0; z-index: 1; min-width: min(34vw, 13em); }
th.right:first-child, td.right:first-child { min-width: 0; }
th button { all: unset; cursor: pointer; font: inherit; }
th button:focus-visible { outline: 2px solid #3f78b4; }
th[aria-sort=ascending] button::after { content: ' ▲'; }
th[aria-sort=descending] button::after { content: ' ▼'; }
td.right { text-align: right; white-space: nowrap; }
.hash { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 0.82em; min-width: 17em; overflow-wrap: anywhere; }
tr.sum td { font-weight: bold; background: #f4f6f9; }
a { color: #16457c; }
thead { display: table-header-group; }
tfoot { display: table-row-group; }
tr, figure { break-inside: avoid; }
tfoot tr { break-before: avoid; }
figure { margin: 8px 0; overflow-x: auto; }
figure svg { width: 100%; min-width: 540px; height: auto; font-family: inherit; }
footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 24px; margin-top: 36px; break-inside: avoid; }
footer .sign { text-align: center; min-width: 240px; padding-bottom: 90px; }
footer .to { font-size: 0.85em; }
footer ul { margin: 0; padding-left: 0; list-style: none; }
.annex { break-before: page; border-top: 1px solid #c8ccd2; margin-top: 32px; padding-top: 16px; }
.details { border-top: 1px solid #c8ccd2; margin-top: 32px; padding-top: 16px; }
summary { cursor: pointer; padding: 4px 0; }
@media (max-width: 600px) {
  body { font-size: 16px; padding: 12px; }
  th, td { padding: 3px 5px; }
  th:first-child, td:first-child { max-width: 38vw; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 13pt; }
  table { font-size: 9.5pt; }
  td:not(.right), td.long { min-width: 0; overflow-wrap: anywhere; }
  .box, figure { overflow: visible; }
  figure svg { min-width: 0; }
  th:first-child, td:first-child { position: static; }
  .annex { border: 0; margin: 0; padding: 0; page: wide; }
  .details { display: none; }
}
";

/// Additional styles for a page of a book: page numbers at the foot, and rows that are headings over all columns.
pub(super) const BOOK_STYLE: &str = "
@page { @top-center { content: none; } @bottom-center { content: counter(page) '/' counter(pages); font-size: 9pt; } }
tr.head { break-after: avoid; }
tr.head td { font-weight: bold; background: #f4f6f9; }
.foot { flex-basis: 100%; font-size: 0.85em; margin: 0; }
";
