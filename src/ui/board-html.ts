import type { Chip } from '../api/words.ts'
import type { Board, BoardRow, BoardTile, PullRequestChip } from './board.ts'
import { renderFilter } from './filter-html.ts'
import { html, type Html } from './html.ts'
import { sharedToneIcon, SHARED_PULL_REQUEST_ICON, toneIcon } from './icons.ts'
import { renderSince } from './layout.ts'

/** The body of the home page. */
export function renderBoard(board: Board): Html {
  return html`<h1 class="headline">${toneIcon(board.tone)}<span>${board.headline}</span></h1>
    ${board.blind.map(renderNotice)} ${board.storms.map(renderNotice)} ${renderFilter(board.filter, 'name, namespace, Application, image')}
    <nav class="tiles" aria-label="Filter by state">${board.tiles.map(renderTile)}</nav>
    ${board.empty === undefined ? renderTable(board.rows) : html`<p class="empty">${board.empty}</p>`}
    ${board.rows.some(({ wants, runs }) => wants?.by ?? runs?.by) && NOT_ASKED}
    ${board.beside.map((line) => html`<p class="more">${line}</p>`)} ${board.unaskedGit !== undefined && renderUnasked(board.unaskedGit)}
    ${board.pages && renderPages(board.pages)}`
}

function renderNotice(text: string): Html {
  return html`<p class="notice tone-warn" role="status">${toneIcon('warn')}<span>${text}</span></p>`
}

/** Where one is in a long list, and the way on and back. */
function renderPages({ words, before, after }: NonNullable<Board['pages']>): Html {
  return html`<nav class="pages" aria-label="Pages">
    ${before && html`<a href="${before}" rel="prev">← Before</a>`} <span>${words}</span>
    ${after && html`<a href="${after}" rel="next">Next →</a>`}
  </nav>`
}

function renderTile({ words, tone, count, href, active }: BoardTile): Html {
  const current = active && html` aria-current="page"`
  return html`<a class="tile tone-${count > 0 ? tone : 'none'}" href="${href}" ${current}><b>${count}</b><span>${words}</span></a>`
}

function renderTable(rows: readonly BoardRow[]): Html {
  return html`<table class="board">
    <thead>
      <tr>
        <th scope="col" class="who">Rollout</th>
        <th scope="col" class="wants">Git wants</th>
        <th scope="col" class="relation"><span class="quiet">compared</span></th>
        <th scope="col" class="runs">Cluster runs</th>
        <th scope="col" class="state">State</th>
        <th scope="col" class="since">Since</th>
        <th scope="col" class="pull">Pull request</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(renderRow)}
    </tbody>
  </table>`
}

// A thousand of these have to be small: what all rows share is said once, in the head, the sprite and the style. Good is what nothing says.
function renderRow(row: BoardRow): Html {
  const { verdict, why } = row
  const note = row.preExisting ? `pre-existing${why ? ` · ${why}` : ''}` : why
  const { tone } = verdict
  return html`<tr${tone !== 'good' && html` class="tone-${tone}"`}>${renderName(row)}
    <td>${renderSmallChip(row.wants, row.contrast ? 'wrong' : 'plain', NOT_KNOWN)}</td>
    <td>${renderRelation(row)}</td>
    <td>${renderSmallChip(row.runs, row.contrast ? 'right' : 'plain')}</td>
    <td>${tone !== 'good' && sharedToneIcon(tone)}${verdict.words}${renderNote(row.beside, note)}</td>
    <td>${renderRowSince(row)}</td>
    <td>${row.pullRequest && renderPullRequest(row.pullRequest)}</td></tr>`
}

/** A Deployment beside it comes first: it is short, and a long reason is cut. Alone it needs no line of its own. */
function renderNote(beside: BoardRow['beside'], note: string | undefined): Html | false {
  if (!beside) return note !== undefined && html`<small title="${note}">${note}</small>`
  const link = beside.href === undefined ? beside.words : html`<a href="${beside.href}">${beside.words}</a>`
  return note === undefined ? html`, ${link}` : html`<small title="${note}">${link} · ${note}</small>`
}

function renderName({ name, href, place }: BoardRow): Html {
  return html`<th scope="row"><a href="${href}">${name}</a><small>${place}</small></th>`
}

function renderRelation({ verdict, relationWords }: BoardRow): Html {
  if (verdict.relation === '=') return html`=`
  return html`<span class="sign" title="${relationWords}" aria-label="${relationWords}" role="img">${verdict.relation}</span>`
}

/** What has been in step for an hour needs no clock that ticks: a fresh copy of the page says it soon enough. */
function renderRowSince({ since, verdict }: BoardRow): Html {
  return since && verdict.relation === '=' && !since.text.endsWith('s') ? html`${since.text}` : renderSince(since)
}

/** A side in one line of a dense row. An asterisk: Git itself was not asked, see {@link NOT_ASKED}. */
export function renderSmallChip(chip: Chip | undefined, kind: 'wrong' | 'right' | 'plain', absent = 'nothing'): Html {
  if (!chip) return html`<span class="none">${absent}</span>`
  const { sha, tag, author, by } = chip
  const parts = html`${tag && html`<b>${tag}</b>`}${sha && html`<code>${sha}${by && '*'}</code>`}${author && html`<i>${author}</i>`}`
  return kind === 'plain' ? parts : html`<span class="chip chip-${kind}">${parts}</span>`
}

/** Below a list with such commits. */
const NOT_ASKED = html`<p class="more">* as Argo CD synced or compared it: Git itself was not asked.</p>`

function renderUnasked(line: string): Html {
  return html`<p class="more">Git is not looked into. This line of the configuration lets Kedge: <code>${line}</code></p>`
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
  const inner = html`${SHARED_PULL_REQUEST_ICON}<span>${chip.words}</span>`
  return chip.href
    ? html`<a class="pr tone-${chip.tone}" href="${chip.href}" rel="noreferrer">${inner}</a>`
    : html`<span class="pr tone-${chip.tone}">${inner}</span>`
}
