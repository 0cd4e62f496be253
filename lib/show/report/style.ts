/** How the report looks, on a screen and on A4. Text alone. */

/** Light on every device: the page is meant for paper. */
export const reportCss = `
:root { color-scheme: light; --ink: #1c1917; --soft: #57534e; --line: #d6d3d1; --good: #15803d; --bad: #b91c1c; --warn: #b45309; }
* { box-sizing: border-box; }
body { margin: 0; background: #f5f5f4; color: var(--ink); font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
main { max-width: 800px; margin: 24px auto; background: #fff; padding: 36px 40px 44px; box-shadow: 0 1px 6px rgb(0 0 0 / 12%); }
header { border-bottom: 2px solid var(--ink); padding-bottom: 10px; margin-bottom: 16px; }
.kind { text-transform: uppercase; letter-spacing: .09em; font-size: 11px; color: var(--soft); margin: 0; }
h1 { font-size: 28px; line-height: 1.2; margin: 2px 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 28px 0 8px; padding-bottom: 3px; border-bottom: 1px solid var(--line); }
h3 { font-size: 14px; margin: 14px 0 2px; }
.sub, .caption { color: var(--soft); margin: 0; }
.caption { font-size: 12px; }
.verdict { border-radius: 6px; padding: 12px 16px; font-size: 18px; font-weight: 700; border: 2px solid; margin: 14px 0; }
.verdict small { display: block; font-size: 13px; font-weight: 400; color: var(--ink); }
.verdict.good { color: var(--good); border-color: var(--good); background: #f0fdf4; }
.verdict.bad { color: var(--bad); border-color: var(--bad); background: #fef2f2; }
.facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; margin: 14px 0; }
.facts > * { outline: 1px solid var(--line); }
.facts div { background: #fff; padding: 8px 10px; }
.facts b { display: block; font-size: 18px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts span { font-size: 11.5px; color: var(--soft); display: block; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 3px 6px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
table.found th, table.found td:not(.words) { white-space: nowrap; width: 1%; }
table.found .words { width: auto; }
th { font-weight: 600; color: var(--soft); border-bottom-color: var(--soft); }
th:first-child, td:first-child, .words { text-align: left; }
table.pairs td { text-align: left; }
table.pairs td:first-child { color: var(--soft); width: 34%; }
.bad-row td:first-child { color: var(--bad); font-weight: 600; }
.over { color: var(--bad); font-weight: 700; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 28px; }
svg { display: block; max-width: 100%; height: auto; }
ul { margin: 4px 0; padding-left: 18px; }
.sign { display: grid; grid-template-columns: 2fr 1fr 2fr; gap: 24px; margin-top: 44px; }
.sign div { border-top: 1px solid var(--ink); padding-top: 3px; font-size: 12px; color: var(--soft); }
@page { size: A4; margin: 14mm 13mm; }
@media print {
  body { background: #fff; font-size: 10.5pt; }
  main { max-width: none; margin: 0; padding: 0; box-shadow: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2, h3 { break-after: avoid; }
  figure, .verdict, .facts, .sign, tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .page { break-before: page; }
}
figure { margin: 8px 0 14px; }
@media (max-width: 640px) { main { padding: 18px; } .facts, .two { grid-template-columns: 1fr 1fr; } }
`;
