import { burnOf } from '../release/burned.ts'
import type { Release } from '../release/release.ts'
import { inlineCode, type Markup } from '../words/markdown.ts'
import { burnSection } from './pull-request-burned.ts'

/** Why it failed: what was measured, or the alert that came after the promotion. */
export function evidenceSection({ releases, markup }: { releases: readonly Release[]; markup: Markup }): string {
  if (releases.some((release) => burnOf(release) !== undefined)) return burnSection(releases, markup)
  const { inlineText } = markup
  const rows = releases.flatMap((release) =>
    (release.attempts.at(-1)?.evidence ?? []).map((one) => {
      const value = one.value ?? (one.job === undefined ? (one.message ?? '–') : `Job ${one.job}`)
      const counts = `${one.failed} of ${Math.max(one.count, one.failed)}, ${one.limit}`
      const wanted = one.condition === undefined ? '–' : inlineCode(one.condition, 160)
      const measured = `${inlineText(one.metric, 80)} | ${inlineText(one.phase, 20)} | ${inlineCode(value, 120)} | ${wanted}`
      return `| ${measured} | ${inlineText(counts, 80)} | ${inlineCode(one.analysisRun, 100)} |`
    }),
  )
  if (rows.length === 0) return "No measurement is left to show; the controller's own message is below."
  return [
    '### Why it failed',
    '',
    '| metric | result | value | wanted | count | AnalysisRun |',
    '|---|---|---|---|---|---|',
    ...rows.slice(0, 20),
  ].join('\n')
}
