import { stateWords } from '../alert/words.ts'
import { plainText } from '../words/plain-text.ts'
import { timeAndDay } from '../words/times.ts'
import { nameOf } from './culprits.ts'
import type { DecisionInput, SourceFacts } from './facts.ts'
import { fails, holds, type Finding } from './finding.ts'

/** Check P1 of a release that was promoted, and that an alert names since: there the cluster does not run N. */
export const BURN_TITLE = 'The cluster serves N+1, whose alert fires, seen fresh and live'

/**
 * Check P1 of such a release: it is what serves, the alert fires at this moment, nothing else was promoted, tried or applied within the
 * window, and the alert is known not to have fired before.
 */
export function checkBurn(burn: NonNullable<DecisionInput['burn']>, input: Pick<DecisionInput, 'serving' | 'live' | 'source'>): Finding {
  const { serving, live, source } = input
  if (serving === 'undone') return fails('somebody has taken it back by hand, so a person decides.')
  if (serving !== 'in-step') return fails('the Rollout is between two versions: it is not known which of them the alert is about.')
  if (!burn.isRun) return fails('the cluster does not run it any more.')
  if (burn.state !== 'firing') return fails(`the alert ${plainText(burn.alert, 100)} does not stand.${stateWords(burn)}`)
  if (burn.others > 0)
    return fails(`${burn.others} other release(s) of the Rollout were promoted or tried within the window: it may be about one of them.`)
  const beside = source && besideWords(source)
  if (beside !== null) return fails(beside)
  if (burn.past !== 'clean')
    return fails(
      `whether the alert has fired before the promotion is not known: ${plainText(burn.pastDetail ?? 'nobody keeps that', 200)}.`,
    )
  if (live === 'failed') return fails('the cluster could not be asked once more, past the watch. Kedge goes on trying.')
  return holds(
    `N+1 serves, and ${plainText(burn.alert, 100)} fires since after its promotion, and not before` +
      (live === 'same' ? ', confirmed by a live read.' : '; the live read comes last.'),
  )
}

/** What else the alert may be about: a flag or a ConfigMap that came by a sync of its own, before the promotion or after it. */
function besideWords({ syncsBeside, revision }: Pick<SourceFacts, 'syncsBeside' | 'revision'>): string | null {
  if (!syncsBeside) return null
  const [newest, ...others] = syncsBeside.changes
  if (newest) {
    const own = revision ? ` (${nameOf(revision)})` : ''
    const what = newest.commit ? nameOf(newest.commit) : 'another change of the Application'
    const more = others.length === 0 ? '' : `, and ${others.length} more before it`
    return (
      `besides N+1${own}, ${what} was applied (${timeAndDay(newest.at)}${more}), within twice the window before the alert: which of them ` +
      'it is about, time does not tell.'
    )
  }
  return syncsBeside.isAllKnown ? null : 'Argo CD does not tell of all that was applied within twice the window before the alert.'
}
