import { renderChip, renderPullRequest } from './board-html.ts'
import { html, type Html } from './html.ts'
import { mark, toneIcon } from './icons.ts'
import { renderSince } from './layout.ts'
import type { CheckRow, EvidenceRow, Proof, ReleasePage } from './release-page.ts'
import type { TimelineEntry } from './timeline.ts'

/** The body of a release's page. */
export function renderRelease(page: ReleasePage): Html {
  return html`
<p class="crumbs"><a href="/">Board</a> <span aria-hidden="true">/</span> ${page.place}</p>
<h1 class="headline"><span>${page.name}</span></h1>
${renderHero(page)}
<div class="columns">
<section class="card"><h2>What happened</h2><ol class="timeline">${page.timeline.map(renderMoment)}</ol></section>
<section class="card"><h2>Facts</h2><dl class="facts">${page.facts.map(({ label, value, href }) => html`<div><dt>${label}</dt><dd>${href ? html`<a href="${href}" rel="noreferrer">${value}</a>` : value}</dd></div>`)}</dl></section>
</div>
${page.evidence.length > 0 && renderEvidence(page.evidence)}
${page.checks.length > 0 && renderChecks(page.checks, page.decision)}
${page.proof && renderProof(page.proof)}
<section class="card"><h2>In the ledger</h2>${renderRecords(page.records)}</section>`
}

function renderHero(page: ReleasePage): Html {
  const [left, right] = page.sign === '≠' ? (['wrong', 'right'] as const) : (['plain', 'plain'] as const)
  const side = (label: string, chip: Html, href: string | undefined) => html`<div class="side"><span class="label">${label}</span>${href ? html`<a href="${href}" rel="noreferrer">${chip}</a>` : chip}</div>`
  return html`<section class="hero tone-${page.tone}">
<div class="compare">${side(page.sides.left, renderChip(page.wants, left), page.wantsHref)}<span class="sign" aria-hidden="true">${page.sign}</span>${side(page.sides.right, renderChip(page.runs, right), page.runsHref)}</div>
<div class="outcome"><p class="words">${toneIcon(page.tone)}<span>${page.verdict}</span></p>${page.why && html`<p class="why">${page.why}</p>`}${page.preExisting && html`<p><span class="tag">pre-existing</span> Broken before Kedge first looked. <code>kedge adopt</code> makes it Kedge's.</p>`}</div>
<div class="meta">${page.since && html`<p><span class="label">Since</span>${renderSince(page.since)}</p>`}<p><span class="label">Pull request</span>${renderPullRequest(page.pullRequest)}</p></div>
</section>`
}

function renderMoment({ time, after, lane, title, detail, tone }: TimelineEntry): Html {
  return html`<li class="tone-${tone}">${mark('moment')}<div><b>${title}</b> <span class="lane">${lane}</span>${detail && html`<p>${detail}</p>`}</div><span class="when"><time datetime="${time}">${time.slice(11)}</time><small>${after}</small></span></li>`
}

function renderEvidence(rows: readonly EvidenceRow[]): Html {
  return html`<section class="card"><h2>Evidence</h2><div class="scroll"><table class="plain">
<thead><tr><th scope="col">Metric</th><th scope="col">Value</th><th scope="col">Condition</th><th scope="col">Failed</th><th scope="col">Limit</th><th scope="col">Phase</th><th scope="col">AnalysisRun</th></tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${row.metric}</th><td><code>${row.value}</code></td><td><code>${row.condition}</code></td><td>${row.counts}</td><td>${row.limit}</td><td>${row.phase}</td><td><small>${row.source}</small></td></tr>`)}</tbody></table></div></section>`
}

function renderChecks(rows: readonly CheckRow[], decision: string | undefined): Html {
  return html`<section class="card"><h2>Checks before a revert</h2>${decision && html`<p class="lead">${decision}</p>`}
<ol class="checks">${rows.map((row) => html`<li class="tone-${row.tone}">${mark(row.outcome)}<div><b><span class="id">${row.id}</span> ${row.title}</b> <span class="lane">${row.outcome}</span><p>${row.detail}</p></div></li>`)}</ol></section>`
}

function renderProof(proof: Proof): Html {
  const list = (items: readonly string[]) => html`<ul>${items.map((item) => html`<li><code>${item}</code></li>`)}</ul>`
  return html`<section class="card"><h2>Proof</h2>
<p class="lead">The revert makes these files what they are at <code>${proof.restores}</code>, the revision that produced the running N, and changes nothing else.</p>
<dl class="facts">
<div><dt>Branch</dt><dd><code>${proof.branch}</code> onto <code>${proof.base}</code></dd></div>
${proof.commit && html`<div><dt>Commit</dt><dd><code>${proof.commit}</code></dd></div>`}
<div><dt>Takes back</dt><dd><ul>${proof.culprits.map(({ sha, subject, author }) => html`<li><code>${sha.slice(0, 12)}</code> ${subject} <small>${author}</small></li>`)}</ul></dd></div>
<div><dt>Files</dt><dd>${list(proof.paths.slice(0, 50))}${proof.paths.length > 50 && html`<small>and ${proof.paths.length - 50} more</small>`}</dd></div>
<div><dt>Also changes</dt><dd>${proof.otherApplications.length > 0 ? list(proof.otherApplications) : 'no other Application'}</dd></div>
${proof.touchedByOthers && html`<div><dt>Hands off</dt><dd>Somebody else has pushed to the branch; Kedge leaves it alone.</dd></div>`}
</dl></section>`
}

function renderRecords(records: ReleasePage['records']): Html {
  return html`<div class="scroll"><table class="plain"><thead><tr><th scope="col" class="num">No.</th><th scope="col">Time</th><th scope="col">Record</th><th scope="col">Hash</th></tr></thead>
<tbody>${records.map(({ sequence, time, what, hash }) => html`<tr><td class="num">${sequence}</td><td>${time}</td><td>${what}</td><td><code title="${hash}">${hash.slice(0, 12)}</code></td></tr>`)}</tbody></table></div>`
}
