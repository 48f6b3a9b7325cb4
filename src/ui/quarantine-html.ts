import type { QuarantineSummary } from '../api/quarantine-contract.ts'
import { quarantineWords } from '../api/words.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { html, type Html } from './html.ts'
import { toneIcon } from './icons.ts'
import { renderTime } from './layout.ts'

/** Commits that are named of one quarantine; all are counted. */
const MOST_NAMED = 20

/** The body of the page of quarantines: versions that failed and are to stay out, those that stand first, then what was. */
export function renderQuarantines(all: readonly QuarantineSummary[]): Html {
  const standing = all.filter(({ state }) => state === 'standing')
  const back = standing.filter(({ broughtBackBy }) => broughtBackBy.length > 0).length
  const over = all.filter(({ state }) => state !== 'standing')
  return html`<h1 class="headline">${toneIcon(back > 0 ? 'bad' : 'good')}<span>${headlineOf(standing.length, back)}</span></h1>
    <p class="lead">
      A version that failed stays out for a while: a commit or an open pull request that brings it back gets a red status at the forge.
    </p>
    ${standing.map(renderQuarantine)}
    ${
      over.length > 0 &&
      html`<details class="card">
        <summary><h2>${over.length} that ${over.length === 1 ? 'is' : 'are'} over</h2></summary>
        <dl class="facts">${over.map(renderOver)}</dl>
      </details>`
    }`
}

function headlineOf(standing: number, back: number): string {
  if (standing === 0) return 'No version is in quarantine'
  const words = `${standing} ${standing === 1 ? 'version is' : 'versions are'} in quarantine`
  return back === 0 ? words : `${words}, and ${back} of them ${back === 1 ? 'is' : 'are'} being brought back`
}

function renderQuarantine(one: QuarantineSummary): Html {
  const { broughtBackBy, reason, culprit, repository, since } = one
  const more = broughtBackBy.length - MOST_NAMED
  return html`<section class="card tone-${broughtBackBy.length > 0 ? 'bad' : 'warn'}">
    <h2>${renderName(one)}</h2>
    <p class="lead">${quarantineWords(one)}</p>
    <p>
      In quarantine since ${renderTime(since)}: ${plainText(reason, 300)}.
      ${culprit !== null && html` It came with <code>${culprit.slice(0, 12)}</code> of ${plainText(repository ?? 'its repository', 160)}.`}
    </p>
    ${
      broughtBackBy.length > 0 &&
      html`<p>Brought back by:</p>
        <ul class="members">
          ${broughtBackBy
            .slice(0, MOST_NAMED)
            .map(
              ({ commit, pullRequest }) =>
                html`<li>
                  <code>${commit.slice(0, 12)}</code> ${pullRequest !== null && html`<small>pull request ${pullRequest}</small>`}
                </li>`,
            )}
          ${more > 0 && html`<li>and ${more} more</li>`}
        </ul>`
    }
  </section>`
}

function renderOver(one: QuarantineSummary): Html {
  return html`<div>
    <dt>${renderName(one)}</dt>
    <dd>
      ${quarantineWords(one)} ${one.endedAt !== null && renderTime(one.endedAt)}
      ${one.liftedFor !== null && html` Reason: ${plainText(one.liftedFor, 300)}`}
    </dd>
  </div>`
}

function renderName({ namespace, name, cluster, release }: QuarantineSummary): Html {
  return html`<a href="/releases/${encodeURIComponent(release)}">${plainText(`${namespace}/${name}`, 160)}</a>
    <small>${plainText(cluster, 80)}</small>`
}
