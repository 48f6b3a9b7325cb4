import { burnSentence } from '../alert/words.ts'
import { burnOf } from '../release/burned.ts'
import { flagsOf } from '../release/flag-files.ts'
import type { Release } from '../release/release.ts'
import { inlineCode, type Markup } from '../words/markdown.ts'
import { timeAndDay } from '../words/times.ts'

/** The first lines of the PR of a release that burns: here nothing has gone back. */
export function burnVerdict(first: Release, { versions, places }: { versions: string; places: string }): string {
  const alert = inlineCode(burnOf(first)?.alert ?? 'an alert', 120)
  if (flagsOf(first))
    return (
      `**${versions} was applied in ${places}, and ${alert} fires since. No new version was rolled out; merging this takes the flag ` +
      'back, and nothing else.** Kedge names the flag by the time of the alert, and nothing else has proven that it is the cause.'
    )
  return (
    `**${versions} was promoted in ${places}, and ${alert} fires since. Git and the cluster both run it; merging this takes both ` +
    'back to the version before.** Kedge names the release by the time of the alert, and nothing else has proven that it is the cause.'
  )
}

/** What merging does where the cluster does not run N. `names`: of the Rollouts, as markup. */
export function burnMerging(names: string): string {
  return (
    `**The cluster does not run the version before.** Once Argo CD has synced it (by hand where automatic sync is off), Argo Rollouts ` +
    `rolls ${names} back to it step by step, like a release: canary steps, analyses and new pods, for as long as those take. (Where the ` +
    'Rollout has a `rollbackWindow` that reaches back so far, at once.) Until that is through, what the alert is about serves on.'
  )
}

/** What merging does where flags alone have changed. `names`: of the Rollouts, as markup. */
export function flagMerging(names: string): string {
  return (
    `**The flag's file goes back, and no version changes.** Once Argo CD has synced it (by hand where automatic sync is off), what reads ` +
    `the flag has it as before; the cluster runs the same image of ${names} as before, and Argo Rollouts starts no new pods for it. ` +
    '(What reads its flags only when it starts has to be restarted by somebody.)'
  )
}

/** The alerts, a row each. */
export function burnSection(releases: readonly Release[], { inlineText, link }: Markup): string {
  const burns = releases.flatMap((release) => burnOf(release) ?? [])
  const rows = burns.map((burn) => {
    const { alert, link: url, objective, beganAt, promotedAt } = burn
    const { slo, target, burn: factor, windows, exhaustion } = objective
    const cell = (text: string | undefined): string => (text === undefined ? '–' : inlineText(text, 80))
    const name = url === undefined ? inlineText(alert, 100) : link(alert, url)
    const wanted = [slo, target].filter((one) => one !== undefined).join(' ') || undefined
    const both = windows && `${windows.short}, ${windows.long}`
    const times = [promotedAt, beganAt].map(timeAndDay)
    return `| ${[name, cell(wanted), cell(factor), cell(both), cell(exhaustion), ...times].join(' | ')} |`
  })
  const since = burns.some(({ flags }) => flags) ? 'applied' : 'promoted'
  return [
    '### Why it is taken back',
    '',
    `| alert | objective | burn | windows | budget used up in | ${since} | alert since |`,
    '|---|---|---|---|---|---|---|',
    ...rows.slice(0, 20),
    '',
    ...burns.slice(0, 20).map((burn) => `- ${inlineText(burnSentence(burn), 400)}`),
  ].join('\n')
}
