import type { RolloutDetail } from '../api/contract.ts'
import { formatTime } from '../api/format.ts'
import { CHECK_TONES } from '../api/words.ts'
import { CHECK_IDS } from '../domain/decision/check.ts'
import { nextStep } from '../domain/notice/next-step.ts'
import { plainText } from '../domain/words/plain-text.ts'
import type { Paint } from './terminal/paint.ts'
import { formatTable } from './terminal/table.ts'

const CHECK_SIGNS = { passed: '✔', failed: '✖', skipped: '-' } as const

/** The newest decision with its checks; empty without one. */
export function checksFor({ newestRelease }: RolloutDetail, paint: Paint): string {
  const release = newestRelease?.release
  if (!release?.decision) return ''
  const { decision } = release
  const checks = [...decision.checks].sort((a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id))
  const rows = checks.map(({ id, title, outcome, detail }) => {
    const mark = CHECK_SIGNS[outcome]
    return [
      { text: `  ${mark} ${id}`, painted: `  ${paint.tone(CHECK_TONES[outcome], mark)} ${id}` },
      { text: plainText(title, 100) },
      { text: outcome },
      { text: plainText(detail, 240) },
    ]
  })
  const table = rows.length === 0 ? '' : formatTable(['  CHECK', 'QUESTION', 'OUTCOME', 'DETAIL'], rows)
  const head = `Decision ${plainText(decision.action, 40)} at ${formatTime(decision.at)}`
  return `${`${head}: ${plainText(decision.reason, 400)} ${nextStep(release)}`.trimEnd()}\n${table}`
}

/**
 * Every value of the policy with where it comes from, and the annotations that were left out; empty where the server
 * does not say.
 */
export function policyFor({ policy }: RolloutDetail): string {
  if (!policy) return ''
  const { origins, problems, ...values } = policy
  const rows = Object.entries(values).map(([key, value]) => [
    { text: `  ${key}` },
    { text: plainText(spell(value), 160) },
    { text: plainText(origins[key] ?? 'built-in', 80) },
  ])
  const leftOut = problems.map((problem) => `  Left out: ${plainText(problem, 300)}\n`)
  return `Policy\n${formatTable(['  SETTING', 'VALUE', 'FROM'], rows)}${leftOut.join('')}`
}

function spell(value: unknown): string {
  if (value === undefined || value === null) return '-'
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join('; ')
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, one]) => `${key} ${String(one)}`)
      .join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
