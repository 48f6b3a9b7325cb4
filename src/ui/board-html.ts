import type { Chip } from '../api/words.ts'
import type { Board, BoardRow, BoardTile, PullRequestChip } from './board.ts'
import { html, type Html } from './html.ts'
import { PULL_REQUEST_ICON, toneIcon } from './icons.ts'
import { renderSince } from './layout.ts'

/** The body of the home page. */
export function renderBoard(board: Board): Html {
  return html` <h1 class="headline">${toneIcon(board.tone)}<span>${board.headline}</span></h1>
    ${board.blind.map(renderNotice)} ${board.storms.map(renderNotice)}
    <nav class="tiles" aria-label="Filter by state">${board.tiles.map(renderTile)}</nav>
    ${board.rows.length === 0 ? html`<p class="empty">Nothing here.</p>` : renderTable(board.rows)}
    ${board.notShown > 0 && renderMore(board.notShown)}`
}

function renderNotice(text: string): Html {
  return html`<p class="notice tone-warn" role="status">${toneIcon('warn')}<span>${text}</span></p>`
}

function renderMore(count: number): Html {
  return html`<p class="more">${count} more, less urgent. <a href="/api/v1/rollouts">The API lists them all.</a></p>`
}

function renderTile({ words, tone, count, href, active }: BoardTile): Html {
  const current = active && html` aria-current="page"`
  const style = `tile tone-${count > 0 ? tone : 'none'}`
  return html`<a class="${style}" href="${href}" ${current}><b>${count}</b><span>${words}</span></a>`
}

function renderTable(rows: readonly BoardRow[]): Html {
  return html`<table class="board">
    <thead>
      <tr>
        <th scope="col">Rollout</th>
        <th scope="col">Git wants</th>
        <th scope="col"><span class="quiet">compared</span></th>
        <th scope="col">Cluster runs</th>
        <th scope="col">State</th>
        <th scope="col" class="num">Since</th>
        <th scope="col">Pull request</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(renderRow)}
    </tbody>
  </table>`
}

function renderRow(row: BoardRow): Html {
  const { verdict, relationWords } = row
  const name = html`<span class="name">${row.name}</span>`
  return html`<tr class="tone-${verdict.tone}">
    <th scope="row">${row.href ? html`<a href="${row.href}">${name}</a>` : name}<small>${row.place}</small></th>
    <td data-label="Git wants">${renderChip(row.wants, row.contrast ? 'wrong' : 'plain', NOT_KNOWN)}</td>
    <td class="relation">
      <span class="sign" title="${relationWords}" aria-label="${relationWords}" role="img">${verdict.relation}</span>
    </td>
    <td data-label="Cluster runs">${renderChip(row.runs, row.contrast ? 'right' : 'plain')}</td>
    <td class="state">
      <span class="words">${toneIcon(verdict.tone)}<span>${verdict.words}</span></span>
      ${row.why && html`<small class="why">${row.why}</small>`} ${row.preExisting && html`<small class="tag">pre-existing</small>`}
    </td>
    <td class="num" data-label="Since">${renderSince(row.since)}</td>
    <td data-label="Pull request">${renderPullRequest(row.pullRequest)}</td>
  </tr>`
}

/** Git always asks for something. */
export const NOT_KNOWN = 'not known'

/** One side of the comparison. `absent`: what an unknown side is called. */
export function renderChip(chip: Chip | undefined, kind: 'wrong' | 'right' | 'plain', absent = 'nothing'): Html {
  if (!chip) return html`<span class="none">${absent}</span>`
  const { sha, tag, author, by } = chip
  const parts = [
    tag && html`<b>${tag}</b>`,
    sha && html`<code>${sha}</code>`,
    author && html`<i>${author}</i>`,
    by && html`<small>${by}</small>`,
  ]
  return html`<span class="chip chip-${kind}">${parts}</span>`
}

/** A pull request with its state; nothing where there is none. */
export function renderPullRequest(chip: PullRequestChip | undefined): Html {
  if (!chip) return html`<span class="none">–</span>`
  const inner = html`${PULL_REQUEST_ICON}<span>${chip.words}</span>`
  return chip.href
    ? html`<a class="pr tone-${chip.tone}" href="${chip.href}" rel="noreferrer">${inner}</a>`
    : html`<span class="pr tone-${chip.tone}">${inner}</span>`
}
