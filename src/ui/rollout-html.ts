import { NOT_KNOWN, renderChip } from './board-html.ts'
import { html, type Html } from './html.ts'
import { toneIcon } from './icons.ts'
import { renderSince } from './layout.ts'
import { renderOwnReleases } from './releases-html.ts'
import type { RolloutPage } from './rollout-page.ts'

/** The body of a Rollout's page. */
export function renderRollout(page: RolloutPage): Html {
  const { verdict, sides, why, since } = page
  return html`<p class="crumbs"><a href="/">Board</a> <span aria-hidden="true">/</span> ${page.place}</p>
    <h1 class="headline">${toneIcon(verdict.tone)}<span>${page.sentence}</span></h1>
    ${
      sides &&
      html`<section class="hero tone-${verdict.tone}">
        <div class="compare">
          ${renderSide('Git wants', renderChip(sides.wants, sides.contrast ? 'wrong' : 'plain', NOT_KNOWN))}
          <span class="sign" aria-hidden="true">${verdict.relation}</span>
          ${renderSide('Cluster runs', renderChip(sides.runs, sides.contrast ? 'right' : 'plain'))}
        </div>
        <div class="outcome">${why && html`<p class="why">${why}</p>`}</div>
        <div class="meta">
          ${since && html`<p><span class="label">Since</span>${renderSince(since)}</p>`}
          ${page.currentHref && html`<p><a class="verb" href="${page.currentHref}">See the release</a></p>`}
        </div>
      </section>`
    }
    ${
      page.facts.length > 0 &&
      html`<section class="card">
        <h2>Facts</h2>
        <dl class="facts">${page.facts.map(({ label, value, href }) => renderFact(label, value, href))}</dl>
      </section>`
    }
    ${renderOwnReleases(page.releases)}`
}

function renderSide(label: string, chip: Html): Html {
  return html`<div class="side"><span class="label">${label}</span>${chip}</div>`
}

function renderFact(label: string, value: string, href: string | undefined): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${href ? html`<a href="${href}" rel="noreferrer">${value}</a>` : value}</dd>
  </div>`
}
