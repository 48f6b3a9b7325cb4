import { stateWords } from '../alert/words.ts'
import { plainText } from '../words/plain-text.ts'
import { timeAndDay } from '../words/times.ts'
import { nameOf } from './culprits.ts'
import type { DecisionInput, SourceFacts } from './facts.ts'
import { fails, holds, type Finding } from './finding.ts'

/** Check P1 of a release that was promoted, and that an alert names since: there the cluster does not run N. */
export const BURN_TITLE = 'The cluster serves N+1, whose alert fires, seen fresh and live'

/** The same of a release that changed flags. */
export const FLAG_TITLE = 'The flag is applied, and its alert fires, seen fresh and live'

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
  if (burn.others > 0) {
    const what = burn.flags ? 'template(s) of the Rollout were promoted or tried within twice' : OTHERS
    return fails(`${burn.others} ${what} the window: it may be about one of them.`)
  }
  const beside = source && besideWords(source, burn.flags ? 'the flag' : 'N+1')
  if (beside !== null) return fails(beside)
  const since = burn.flags ? 'the flag was applied' : 'its promotion'
  if (burn.past !== 'clean') {
    const detail = plainText(burn.pastDetail ?? 'nobody keeps that', 200)
    return fails(`whether the alert has fired before ${burn.flags ? since : 'the promotion'} is not known: ${detail}.`)
  }
  if (live === 'failed') return fails('the cluster could not be asked once more, past the watch. Kedge goes on trying.')
  return holds(
    `${burn.flags ? 'One version' : 'N+1'} serves, and ${plainText(burn.alert, 100)} fires since after ${since}, and not before` +
      (live === 'same' ? ', confirmed by a live read.' : '; the live read comes last.'),
  )
}

const OTHERS = 'other release(s) of the Rollout were promoted or tried within'

/** What else the alert may be about: a flag or a ConfigMap that came by a sync of its own, before the promotion or after it. */
function besideWords({ syncsBeside, revision }: Pick<SourceFacts, 'syncsBeside' | 'revision'>, what: string): string | null {
  if (!syncsBeside) return null
  const [newest, ...others] = syncsBeside.changes
  if (newest) {
    const own = revision ? ` (${nameOf(revision)})` : ''
    const other = newest.commit ? nameOf(newest.commit) : 'another change of the Application'
    const more = others.length === 0 ? '' : `, and ${others.length} more before it`
    return (
      `besides ${what}${own}, ${other} was applied (${timeAndDay(newest.at)}${more}), within twice the window before the alert: ` +
      'which of them it is about, time does not tell.'
    )
  }
  return syncsBeside.isAllKnown ? null : 'Argo CD does not tell of all that was applied within twice the window before the alert.'
}
