import { NOT_KNOWN } from '../../domain/report/people.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { webLink } from '../../domain/words/web-address.ts'
import { COLUMNS, outcomeWords, pullWords, type Column } from './columns.ts'
import type { ReportItem } from './contract.ts'
import type { ReportFormat } from './format.ts'
import { headerWords } from './header-words.ts'

/** A page that stands by itself: a file to keep, to print, to read without a network. It has no script, and links to pull requests. */
export const HTML: ReportFormat = {
  type: 'text/html; charset=utf-8',
  begin: (header) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>Releases · Kedge</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Releases</h1>
<ul>${headerWords(header)
    .map((words) => `<li>${escaped(words)}</li>`)
    .join('')}</ul>
<table>
<thead><tr>${HEADS.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
`,
  row: (item) => `<tr class="${item.outcome}"><th scope="row"><b>${escaped(item.service)}</b>${listOf(COLUMNS.service, item)}</th>
<td><b>${escaped(outcomeWords(item))}</b>${listOf(COLUMNS.outcome, item)}</td>
<td class="times">${listOf(COLUMNS.times, item)}</td>
<td>${listOf(COLUMNS.people, item)}</td>
<td>${pullsOf(item)}</td>
<td>${listOf(COLUMNS.proof, item)}</td></tr>
`,
  end: (count) => `</tbody>
</table>
<p>${count === 1 ? '1 release.' : `${count} releases.`}</p>
</body>
</html>
`,
}

/** What stands above the others already. */
const IN_BOLD = ['Service', 'Outcome']

const HEADS = ['Service', 'Outcome', 'Times (UTC)', 'Who', 'Pull requests', 'In the ledger']

const STYLE = `
:root { color-scheme: light dark; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem; }
h1 { font-size: 1.4rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border: 1px solid #8886; padding: .5rem; vertical-align: top; text-align: left; font-weight: normal; overflow-wrap: anywhere; }
thead th { position: sticky; top: 0; background: Canvas; font-weight: 600; }
b { display: block; font-weight: 600; margin-bottom: .25rem; }
dl, p { margin: 0; }
dt, dd { display: inline; margin: 0; }
dt { opacity: .75; font-size: .85em; }
dt::after { content: ':'; }
.times dd { white-space: nowrap; }
th:nth-child(1) { width: 24%; }
th:nth-child(3) { width: 18%; }
th:nth-child(5) { width: 10%; }
.unknown { font-style: italic; }
@media print { body { margin: 0; font-size: 9px; } tr { break-inside: avoid; } thead th { position: static; } }
`

function listOf(columns: readonly Column[], item: ReportItem): string {
  const lines = columns
    .map(({ name, cell }) => [name, cell(item)] as const)
    .filter(([name, value]) => value !== '' && !IN_BOLD.includes(name))
    .map(
      ([name, value]) => `<div><dt>${escaped(name)}</dt> <dd${value === NOT_KNOWN ? ' class="unknown"' : ''}>${escaped(value)}</dd></div>`,
    )
  return `<dl>${lines.join('')}</dl>`
}

function pullsOf({ pullRequests }: ReportItem): string {
  if (pullRequests.length === 0) return `<p class="unknown">${NOT_KNOWN}</p>`
  return pullRequests
    .map((pull) => {
      const words = escaped(pullWords(pull))
      const href = webLink(pull.url, MOST)
      return `<p>${href === undefined ? words : `<a href="${escaped(href)}" rel="noreferrer">${words}</a>`}</p>`
    })
    .join('')
}

const MOST = 8_000

/** Text as text, in an element or a quoted attribute. */
function escaped(text: string): string {
  return plainText(text, MOST).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}
