import { renderPullRequest, renderSmallChip } from './board-html.ts'
import { renderFilter } from './filter-html.ts'
import { html, type Html } from './html.ts'
import { sharedToneIcon } from './icons.ts'
import { renderTime } from './layout.ts'
import type { OwnReleases, ReleaseRow, ReleasesPage } from './releases-page.ts'

/** The body of the index of releases. */
export function renderReleases({ headline, filter, rows, olderHref, reports, doraHref }: ReleasesPage): Html {
  return html`<h1 class="headline"><span>${headline}</span></h1>
    ${renderFilter(filter, 'name, image, commit, author')} ${rows.length > 0 && renderReleaseTable(rows)}
    ${olderHref && html`<nav class="pages" aria-label="Pages"><a href="${olderHref}" rel="next">Older →</a></nav>`}
    ${renderReports(reports, html`· <a href="${doraHref}">How they went</a>`)}`
}

/** The releases of one Rollout, on its page. */
export function renderOwnReleases({ headline, filter, rows, newestHref, olderHref, reports }: OwnReleases): Html {
  const hasPages = newestHref !== undefined || olderHref !== undefined
  return html`<h2 class="over">${headline}</h2>
    ${renderFilter(filter, 'image, commit, author')} ${rows.length > 0 && renderReleaseTable(rows, true)}
    ${
      hasPages &&
      html`<nav class="pages" aria-label="Pages">
        ${newestHref && html`<a href="${newestHref}">← Newest</a>`} ${olderHref && html`<a href="${olderHref}" rel="next">Older →</a>`}
      </nav>`
    }
    ${rows.length > 0 && renderReports(reports)}`
}

function renderReports(reports: ReleasesPage['reports'], more: Html | false = false): Html {
  return html`<nav class="pages" aria-label="As a report">
    All of these as a report for auditors: ${reports.map(({ words, href }) => html`<a href="${href}" download>${words}</a> `)} ${more}
  </nav>`
}

/** Releases as dense rows; on the page of one Rollout without its name in each. */
function renderReleaseTable(rows: readonly ReleaseRow[], isOfOne = false): Html {
  return html`<table class="board releases ${isOfOne && 'of-one'}">
    <thead>
      <tr>
        <th scope="col" class="who">${isOfOne ? 'Began' : 'Rollout'}</th>
        <th scope="col" class="wants">Release</th>
        <th scope="col" class="runs">Version before</th>
        <th scope="col" class="state">Outcome</th>
        <th scope="col" class="since">${isOfOne ? 'Took' : 'Began'}</th>
        <th scope="col" class="pull">Pull request</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => renderRow(row, isOfOne))}
    </tbody>
  </table>`
}

function renderRow(row: ReleaseRow, isOfOne: boolean): Html {
  const { why, tone } = row
  const who = isOfOne
    ? html`<a href="${row.href}">${renderTime(row.startedAt)}</a>`
    : html`<a href="${row.href}">${row.name}</a><small>${row.place}</small>`
  const lasted = row.lasted === undefined ? 'still open' : `${isOfOne ? '' : 'took '}${row.lasted}`
  return html`<tr class="tone-${tone}">
    <th scope="row">${who}</th>
    <td>${renderSmallChip(row.version, 'plain', 'not known')}</td>
    <td>${renderSmallChip(row.before, 'plain')}</td>
    <td>${sharedToneIcon(tone)}${row.outcome}${why && html`<small title="${why}">${why}</small>`}</td>
    <td>${isOfOne ? lasted : html`${renderTime(row.startedAt)}<small>${lasted}</small>`}</td>
    <td>${row.pullRequest && renderPullRequest(row.pullRequest)}</td>
  </tr>`
}
