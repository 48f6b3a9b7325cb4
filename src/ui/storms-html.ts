import type { StormSummary } from '../api/contract.ts'
import { STORM_WORDS, stormWords } from '../api/words.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { html, type Html } from './html.ts'
import { toneIcon } from './icons.ts'
import { renderTime } from './layout.ts'

/** Rollouts that are named of one storm; all are counted. */
const MOST_NAMED = 50

/** The body of the page of storms: failures that have one cause, newest first. */
export function renderStorms(storms: readonly StormSummary[]): Html {
  const open = storms.filter(({ state }) => state !== 'over').length
  const headline =
    storms.length === 0 ? 'No storm so far: every failure had a cause of its own' : `${open} of ${storms.length} storms go on`
  return html`<h1 class="headline">${toneIcon(open > 0 ? 'bad' : 'good')}<span>${headline}</span></h1>
    <p class="lead">A storm is several Rollouts that failed within minutes for one cause. They share one card.</p>
    ${storms.map(renderStorm)}`
}

function renderStorm(storm: StormSummary): Html {
  const { state, begunAt, endedAt, total, rollouts } = storm
  const more = total - Math.min(total, rollouts.length, MOST_NAMED)
  return html`<section class="card tone-${state === 'over' ? 'paused' : 'bad'}">
    <h2>${stormWords(storm)} <span class="tag">${STORM_WORDS[state]}</span></h2>
    <p class="lead">Began ${renderTime(begunAt)}${endedAt !== null && html`, ended ${renderTime(endedAt)}`}.</p>
    <ul class="members">
      ${rollouts.slice(0, MOST_NAMED).map(
        (one) =>
          html`<li>
            <a href="/releases/${encodeURIComponent(one.release)}">${plainText(`${one.namespace}/${one.name}`, 160)}</a>
            <small>${plainText(one.cluster, 80)} · ${one.outcome}</small>
          </li>`,
      )}
      ${more > 0 && html`<li>and ${more} more</li>`}
    </ul>
  </section>`
}
