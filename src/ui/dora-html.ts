import { doraLines, periodWords, type DoraAnswer } from '../api/report/dora.ts'
import type { FilterControls } from './board-filter.ts'
import { renderFilter } from './filter-html.ts'
import { html, type Html } from './html.ts'
import { renderTable } from './table-html.ts'

/** The body of the page that says how a period went. */
export function renderDora(answer: DoraAnswer, filter: FilterControls): Html {
  const rows = doraLines(answer).map(
    ({ label, value, of }) =>
      html`<tr>
        <th scope="row">${label}</th>
        <td><b>${value}</b></td>
        <td>${of}</td>
      </tr>`,
  )
  return html`<h1 class="headline"><span>How releases went</span></h1>
    ${renderFilter(filter, 'name, image, commit, author')}
    <p class="lead">${periodWords(answer)} A failed canary leaves two things to mend: the cluster, and Git.</p>
    <section class="card">${renderTable('Measures of the period', ['Measure', 'What it comes to', 'Of'], rows)}</section>`
}
