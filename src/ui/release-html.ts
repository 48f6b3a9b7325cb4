import type { Chip } from '../api/words.ts'
import { NOT_KNOWN, renderChip, renderPullRequest } from './board-html.ts'
import { renderMeasurements, renderSteps } from './evidence-html.ts'
import { html, type Html } from './html.ts'
import { mark, toneIcon } from './icons.ts'
import { renderSince, renderTime } from './layout.ts'
import type { Fact } from './release-facts.ts'
import type { CheckRow, ReleasePage } from './release-page.ts'
import type { Change, Proof } from './release-proof.ts'
import { renderTable } from './table-html.ts'
import type { TimelineEntry } from './timeline.ts'

/** The body of a release's page: what is so, what to do, then everything that says so. */
export function renderRelease(page: ReleasePage): Html {
  return html`<p class="crumbs">
      <a href="/">Board</a> <span aria-hidden="true">/</span> ${page.place} <span aria-hidden="true">/</span>
      <a href="${page.rolloutHref}">${page.name}</a>
    </p>
    ${renderOpening(page)} ${renderHero(page)} ${page.steps.length > 0 && renderCard('Steps', renderSteps(page.steps))}
    ${(page.measurements.length > 0 || page.evidence.length > 0) && renderCard('Evidence', renderMeasurements(page))}
    <div class="columns">
      ${renderCard(
        'What happened',
        html`<ol class="timeline">
          ${page.timeline.map(renderMoment)}
        </ol>`,
      )}
      <div>${renderCard('Who did what', renderFacts(page.people))} ${renderCard('Facts', renderFacts(page.facts))}</div>
    </div>
    ${page.checks.length > 0 && renderChecks(page)} ${page.proof && renderCard('Proof', renderProof(page.proof))}
    ${renderCard('In the ledger', renderRecords(page.records))}`
}

/** One sentence, one verb. */
function renderOpening({ tone, sentence, todo, todoHref, did }: ReleasePage): Html {
  const verb = todoHref
    ? html`<a class="verb" href="${todoHref}" rel="noreferrer">${todo}</a>`
    : html`<strong class="verb">${todo}</strong>`
  return html`<h1 class="headline">${toneIcon(tone)}<span>${sentence}</span></h1>
    <div class="opening">${todo !== undefined && html`<p>${verb}</p>`} ${did && html`<p class="did">${did}</p>`}</div>`
}

function renderCard(title: string, body: Html): Html {
  return html`<section class="card">
    <h2>${title}</h2>
    ${body}
  </section>`
}

function renderFacts(facts: readonly Fact[]): Html {
  return html`<dl class="facts">${facts.map(({ label, value, href }) => renderFact(label, linked(html`${value}`, href)))}</dl>`
}

function renderFact(label: string, value: Html | string): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`
}

function linked(inner: Html, href: string | undefined): Html {
  return href ? html`<a href="${href}" rel="noreferrer">${inner}</a>` : inner
}

function renderHero(page: ReleasePage): Html {
  const [left, right] = page.contrast ? (['wrong', 'right'] as const) : (['plain', 'plain'] as const)
  return html`<section class="hero tone-${page.tone}">
    <div class="compare">
      ${renderSide(page.sides.left, page.wants, { kind: left, href: page.wantsHref, absent: NOT_KNOWN })}
      <span class="sign" aria-hidden="true">${page.sign}</span>
      ${renderSide(page.sides.right, page.runs, { kind: right, href: page.runsHref, absent: page.sides.absent })}
    </div>
    <div class="outcome">
      <p class="words">${toneIcon(page.tone)}<span>${page.verdict}</span></p>
      ${page.why && html`<p class="why">${page.why}</p>`} ${page.preExisting && preExisting(page)}
    </div>
    <div class="meta">
      ${page.since && html`<p><span class="label">Since</span>${renderSince(page.since)}</p>`}
      <p><span class="label">Pull request</span>${renderPullRequest(page.pullRequest)}</p>
    </div>
  </section>`
}

/** The command names Rollouts alone. */
function preExisting({ sides }: Pick<ReleasePage, 'sides'>): Html {
  return html`<p>
    <span class="tag">pre-existing</span> Broken before Kedge first looked.${!sides && html` <code>kedge adopt</code> makes it Kedge's.`}
  </p>`
}

function renderSide(
  label: string,
  chip: Chip | undefined,
  { kind, href, absent }: { kind: 'wrong' | 'right' | 'plain'; href: string | undefined; absent?: string | undefined },
): Html {
  return html`<div class="side"><span class="label">${label}</span>${linked(renderChip(chip, kind, absent), href)}</div>`
}

function renderMoment({ at, after, lane, title, detail, tone }: TimelineEntry): Html {
  return html`<li class="tone-${tone}">
    ${mark('moment')}
    <div><b>${title}</b> <span class="lane">${lane}</span>${detail && html`<p>${detail}</p>`}</div>
    <span class="when">${renderTime(at)}<small>${after}</small></span>
  </li>`
}

function renderChecks({ checks, decision, notPassed }: ReleasePage): Html {
  const many =
    notPassed === 0 ? `All ${checks.length} checks before a revert passed` : `${notPassed} of ${checks.length} checks did not pass`
  return html`<details class="card" ${notPassed > 0 && html`open`}>
    <summary><h2>${many}</h2></summary>
    ${decision && html`<p class="lead">${decision}</p>`}
    <ol class="checks">
      ${checks.map(renderCheck)}
    </ol>
  </details>`
}

function renderCheck({ id, title, outcome, detail, tone }: CheckRow): Html {
  return html`<li class="tone-${tone}">
    ${mark(outcome)}
    <div>
      <b><span class="id">${id}</span> ${title}</b> <span class="lane">${outcome}</span>
      <p>${detail}</p>
    </div>
  </li>`
}

const MAX_FILES = 50
const MADE_WHAT_RUNS = ', which the running version was made from'

function renderProof(proof: Proof): Html {
  const culprits = proof.culprits.map(
    ({ sha, subject, author }) => html`<li><code>${sha.slice(0, 12)}</code> ${subject} <small>${author}</small></li>`,
  )
  const more = proof.paths.length - MAX_FILES
  const others = proof.otherApplications
  return html` <p class="lead">
      The revert makes these files what they are at <code>${proof.restores}</code>${proof.madeWhatRuns && MADE_WHAT_RUNS}, and changes
      nothing else.
    </p>
    <dl class="facts">
      ${renderFact('Branch', html`<code>${proof.branch}</code> onto <code>${proof.base}</code>`)}
      ${proof.commit && renderFact('Commit', html`<code>${proof.commit}</code>`)}
      ${renderFact(
        'Takes back',
        html`<ul>
          ${culprits}
        </ul>`,
      )}
      ${renderFact('Files', html`${renderList(proof.paths.slice(0, MAX_FILES))}${more > 0 && html`and ${more} more`}`)}
      ${renderFact('May also change', others.length > 0 ? renderList(others) : 'no other Application')}
      ${proof.changes.length > 0 && renderFact('In what is rendered', renderChanges(proof.changes))}
      ${proof.touchedByOthers && renderFact('Hands off', 'Somebody else has pushed to the branch; Kedge leaves it alone.')}
    </dl>`
}

/** Folded: what a reviewer looks for is the files, and what an operator does is this. */
function renderChanges(changes: readonly Change[]): Html {
  const many = changes.length === 1 ? 'One field' : `${changes.length} fields`
  const lines = changes.map(
    ({ path, image }) => html`<li><code>${path}</code>${image && html`: <code>${image.before}</code> → <code>${image.after}</code>`}</li>`,
  )
  return html`<details>
    <summary>${many} of the Rollout’s spec</summary>
    <p>Merging makes these what they were. Values are told of images alone: others may be secrets.</p>
    <ul>
      ${lines}
    </ul>
  </details>`
}

function renderList(items: readonly string[]): Html {
  return html`<ul>
    ${items.map((item) => html`<li><code>${item}</code></li>`)}
  </ul>`
}

function renderRecords(records: ReleasePage['records']): Html {
  return renderTable(
    'Records of this release',
    ['No.', 'Time', 'Record', 'Hash'],
    records.map(
      ({ sequence, at, what, hash }) =>
        html`<tr>
          <td>${sequence}</td>
          <td>${renderTime(at)}</td>
          <td>${what}</td>
          <td><code title="${hash}">${hash.slice(0, 12)}</code></td>
        </tr>`,
    ),
  )
}
