import { beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { createTerminal } from './terminal.ts'

// Others read `kedge replay -o json`: a field that is renamed, moved or left out, or that means something else, breaks them.

const DIR = new URL('../recordings/faq-canary-failed', import.meta.url).pathname
const BAD = '38528c36a3ade9c24acc3d83f05ddae6415b8428'
const GOOD = '6e68420ed75dee26f1458fc96f4076fcfa147018'
const CHECKS = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12']

interface Printed {
  failedReleases: readonly (Readonly<Record<string, unknown>> & {
    checks: readonly Readonly<Record<string, string>>[]
    effects: readonly { t: number; effect: string; key: string }[]
  })[]
  revertPrs: readonly Readonly<Record<string, unknown>>[]
  end: Readonly<Record<string, string>>
}

describe('kedge replay -o json', () => {
  let printed: Printed
  let code: number
  beforeAll(async () => {
    const terminal = createTerminal()
    code = await runCli(['replay', DIR, '-o', 'json'], terminal)
    printed = JSON.parse(terminal.out()) as Printed
  })

  it('is one object of three parts, and ends as the Rollouts do', () => {
    expect(code).toBe(0)
    expect(Object.keys(printed)).toEqual(['failedReleases', 'revertPrs', 'end'])
  })

  it('says of each release that failed which it is, which commits made both versions, why it failed and how it ended', () => {
    expect(printed.failedReleases).toEqual([
      {
        rollout: 'faq-canary-failed/web',
        podTemplateHash: '757fd98f58',
        revision: BAD,
        goodRevision: GOOD,
        cause: 'analysis-failed',
        outcome: 'restored',
        attempts: 1,
        recurrence: 1,
        evidence: [
          {
            analysisRun: 'web-757fd98f58-2-2',
            metric: 'success-rate',
            phase: 'Failed',
            value: '{"value":0.42}',
            condition: 'result.value >= 0.95',
            limit: 'failureLimit 0',
          },
        ],
        checks: expect.any(Array),
        reason: 'All twelve checks passed: 1 commit(s) to revert.',
        effects: expect.any(Array),
      },
    ])
  })

  it('says of each check its number, its title, how it came out and by what', () => {
    const checks = printed.failedReleases[0]?.checks ?? []
    expect(checks.map(({ id }) => id)).toEqual(CHECKS)
    for (const check of checks)
      expect(check).toEqual({ id: check['id'], title: expect.stringMatching(/./), outcome: 'passed', detail: expect.stringMatching(/./) })
  })

  it('says of each effect when it was meant and when it was done, in seconds since the recording began', () => {
    const effects = printed.failedReleases[0]?.effects ?? []
    for (const one of effects) expect(one).toEqual({ t: expect.any(Number), effect: expect.any(String), key: expect.any(String) })
    const times = effects.map(({ t }) => t)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const at = (effect: string) => effects.find((one) => one.effect === effect)
    // The abort came at 9.1 s, and had to hold for the settle delay.
    expect(at('open-revert-intended')?.t).toBeCloseTo(10.2, 1)
    expect(at('open-revert-intended')?.key).toBe(at('revert-opened')?.key)
    expect(at('card-published')).toBeDefined()
    expect(at('revert-closed')?.t).toBeCloseTo(15.5, 1)
  })

  it('says of each pull request what it takes back, by which proof, for whom, and when it was opened and closed', () => {
    expect(printed.revertPrs).toEqual([
      {
        culprits: [BAD],
        cause: 'analysis-failed',
        closed: 'restored',
        openedAt: expect.closeTo(10.2, 1),
        closedAt: expect.closeTo(15.5, 1),
        branch: expect.stringMatching(/^kedge\/revert\/38528c36a3ad-[0-9a-f]{8}$/),
        base: 'main',
        files: ['faq-canary-failed/rollout.yaml'],
        rollouts: ['faq-canary-failed/web'],
        proof: 'rendering',
      },
    ])
  })

  it('says how each Rollout stands at the end, by namespace and name', () => {
    expect(printed.end).toEqual({ 'faq-canary-failed/web': 'in-step' })
  })
})
