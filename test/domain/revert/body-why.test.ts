import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../src/domain/release/evidence.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { BodyInput } from '../../../src/domain/revert/pull-request-body.ts'
import { EVIDENCE } from '../an-evidence.ts'
import { aBurn, anAttempt, MINUTE, NOW } from '../release/a-look.ts'
import { added, body, release } from './a-body.ts'

// Why a version is taken back: what was measured, or the alert that came after its promotion.

const of = (change: Partial<Release>): Partial<BodyInput> => ({ releases: [{ ...release, ...change }] })
const rows = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.startsWith('| '))

describe('why a version failed', () => {
  const one = (change: Partial<Evidence>): Evidence => ({ ...EVIDENCE, ...change })
  const measured = (...evidence: Evidence[]): readonly string[] => rows(added(of({ attempts: [anAttempt(), anAttempt({ evidence })] })))

  it('is what was measured, a row each', () => {
    expect(
      measured(
        one({}),
        one({ value: undefined, job: 'check', condition: undefined, count: 1, failed: 3 }),
        one({ value: undefined, message: 'no answer' }),
        one({ value: undefined }),
      ),
    ).toEqual([
      '| metric | result | value | wanted | count | AnalysisRun |',
      '| success-rate | Failed | `0.91` | `result >= 0.95` | 3 of 5, failureLimit 2 | `web-1` |',
      '| success-rate | Failed | `Job check` | – | 3 of 3, failureLimit 2 | `web-1` |',
      '| success-rate | Failed | `no answer` | `result >= 0.95` | 3 of 5, failureLimit 2 | `web-1` |',
      '| success-rate | Failed | `–` | `result >= 0.95` | 3 of 5, failureLimit 2 | `web-1` |',
    ])
    expect(body(of({ attempts: [anAttempt({ evidence: [EVIDENCE] })] }))).toContain('### Why it failed\n\n| metric |')
  })

  it('is no more than twenty rows', () => {
    expect(measured(...Array.from({ length: 21 }, () => EVIDENCE))).toHaveLength(21)
  })
})

describe('why what was promoted is taken back', () => {
  const burned = (...burns: Parameters<typeof aBurn>[0][]): Partial<BodyInput> => ({
    releases: burns.map((burn) => ({ ...release, cause: 'slo-burn', attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn(burn) })] })),
  })
  const FULL = { slo: 'web', target: '99%', burn: '14', windows: { short: '5m', long: '1h' }, exhaustion: '2d' }
  const section = (input: Partial<BodyInput>): string => /### Why it is taken back\n\n([^#]*)\n\n###/.exec(body(input))?.[1] ?? ''
  const TIMES = '2026-12-01 21:40 UTC | 2026-12-01 21:50 UTC |'
  const HEAD = (since: string): string =>
    `| alert | objective | burn | windows | budget used up in | ${since} | alert since |\n|---|---|---|---|---|---|---|\n`
  const SINCE = '- ErrorBudgetBurn fires since 2026-12-01 21:50 UTC, 10 min after'

  it('is each alert with what its rule says, a row and a sentence each', () => {
    expect(
      section(burned({ objective: FULL, link: 'https://x.example/y' }, { beganAt: NOW - 5 * MINUTE, objective: { target: '99%' } })),
    ).toBe(
      `${HEAD('promoted')}| [ErrorBudgetBurn](https://x.example/y) | web 99% | 14 | 5m, 1h | 2d | ${TIMES}\n` +
        '| ErrorBudgetBurn | 99% | – | – | – | 2026-12-01 21:40 UTC | 2026-12-01 21:55 UTC |\n\n' +
        `${SINCE} the promotion: objective web \\(99%\\), burns 14x too fast, windows 5m and 1h, budget used up in 2d.\n` +
        '- ErrorBudgetBurn fires since 2026-12-01 21:55 UTC, 15 min after the promotion: objective 99%.',
    )
  })

  it('speaks of a flag where one of them is of flags', () => {
    expect(section(burned({}, { flags: ['a.yaml'] }))).toBe(
      `${HEAD('applied')}| ErrorBudgetBurn | – | – | – | – | ${TIMES}\n| ErrorBudgetBurn | – | – | – | – | ${TIMES}\n\n` +
        `${SINCE} the promotion.\n${SINCE} flag a.yaml was applied.`,
    )
  })

  it('is told though another release of the same revert has failed, and no more than twenty times', () => {
    expect(section({ releases: [release, ...(burned({}).releases ?? [])] })).toContain(SINCE)
    const lines = section(burned(...Array.from({ length: 21 }, () => ({})))).split('\n')
    expect([lines.filter((line) => line.startsWith('| Error')).length, lines.filter((line) => line.startsWith(SINCE)).length]).toEqual([
      20, 20,
    ])
  })
})
