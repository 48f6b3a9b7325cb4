import { flagWords } from '../release/flag-files.ts'
import { plainText } from '../words/plain-text.ts'
import { timeAndDay } from '../words/times.ts'
import type { Burn, Objective } from './alert.ts'

const MINUTE_MS = 60_000

/** `availability 99.9%, burns 14x, windows 5m and 1h, exhausted in 2d`, as far as the rule says it; empty where it says nothing. */
function objectiveWords({ slo, target, burn, windows, exhaustion }: Objective): string {
  const named = slo === undefined ? target : `${slo}${target === undefined ? '' : ` (${target})`}`
  return [
    ...(named === undefined ? [] : [`objective ${named}`]),
    ...(burn === undefined ? [] : [`burns ${burn.replace(/x$/i, '')}x too fast`]),
    ...(windows ? [`windows ${windows.short} and ${windows.long}`] : []),
    ...(exhaustion === undefined ? [] : [`budget used up in ${exhaustion}`]),
  ].join(', ')
}

/** How long after the promotion an alert began: `2 min`, `40 s`. */
function sincePromotion({ beganAt, promotedAt }: Pick<Burn, 'beganAt' | 'promotedAt'>): string {
  const ms = Math.max(0, beganAt - promotedAt)
  return ms < MINUTE_MS ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / MINUTE_MS)} min`
}

/** An alert after a promotion in one line, for cards, pages and pull requests. Harmless text. */
export function burnLine(burn: Burn): string {
  const objective = objectiveWords(burn.objective)
  const what = objective === '' ? '' : `: ${objective}`
  const after = burn.flags ? `${flagWords(burn.flags)} was applied` : 'the promotion'
  return plainText(`${burn.alert} fires since ${timeAndDay(burn.beganAt)}, ${sincePromotion(burn)} after ${after}${what}`, 300)
}

/** The same for a column: `ErrorBudgetBurn, web-availability, 14x`. */
export function shortBurn({ alert, objective: { slo, burn }, flags }: Burn): string {
  return plainText([...(flags ? [flagWords(flags)] : []), alert, slo, burn].filter((word) => word !== undefined).join(', '), 160)
}

/** The same with how it stands now, where that is no more that it fires. */
export function burnSentence(burn: Burn): string {
  return `${burnLine(burn)}.${stateWords(burn)}${doubtWords(burn)}`
}

/** What has become of the alert, as a sentence with a space before it; empty while it fires. */
export function stateWords({ state, quietSince }: Pick<Burn, 'state' | 'quietSince'>): string {
  const since = quietSince === undefined ? '' : ` since ${timeAndDay(quietSince)}`
  switch (state) {
    case 'firing':
      return ''
    case 'resolved':
      return ` It does not fire any more${since}.`
    case 'silenced':
      return ' Somebody has silenced it since.'
    case 'inhibited':
      return ' Another alert inhibits it by now.'
    case 'unknown':
      return ' Whether it still fires is not known: nobody answers.'
  }
}

/** Why the release need not be to blame, as a sentence with a space before it; empty where nothing speaks against it. */
function doubtWords({ others, past, pastDetail, flags }: Burn): string {
  if (others > 0 && flags)
    return ` ${others} template(s) of the Rollout were promoted or tried within the window: which of them it is, time does not tell.`
  if (others > 0)
    return ` ${others} other release(s) of the Rollout were promoted within the window: which of them it is, time does not tell.`
  return past === 'clean' ? '' : ` Whether it has fired before is not known: ${pastDetail ?? 'nobody keeps that'}.`
}
