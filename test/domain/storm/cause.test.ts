import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../src/domain/release/evidence.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import { causesOf } from '../../../src/domain/storm/cause.ts'

const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  analysisRun: 'web-5d9f-2',
  metric: 'success-rate',
  phase: 'Failed',
  value: '[0.42]',
  condition: 'result[0] >= 0.95',
  limit: 'failureLimit 0',
  failed: 1,
  count: 1,
  provider: 'prometheus',
  job: undefined,
  message: undefined,
  role: undefined,
  stepIndex: undefined,
  ...change,
})

/** A failed release of the Rollout `web`, or of another. */
function release(name: string, attempt: Partial<Attempt>, change: Partial<Release> = {}): Release {
  const own = { cluster: 'prod', namespace: 'shop', rollout: name, podTemplateHash: `${name}5d9f`, preExisting: false }
  const failed = { cause: 'analysis-failed', evidence: [evidence()], ...attempt }
  return { ...own, repository: null, revision: null, attempts: [failed], ...change } as unknown as Release
}
const keys = (one: Release) => causesOf(one).map(({ key }) => key)
const first = (one: Release) => keys(one)[0]
const erred = (message: string) => ({
  cause: 'analysis-error' as const,
  evidence: [evidence({ phase: 'Error', value: undefined, message })],
})

describe('two failures have one cause', () => {
  it.each([
    ['the same metric with the same value', release('web', {}), release('api', {})],
    [
      'the same error but for addresses, numbers and their own names',
      release('web', erred('Get "http://prometheus/q?service=web": dial tcp 10.0.0.7:9090: connection refused')),
      release('api', erred('Get "http://prometheus/q?service=api": dial tcp 10.0.12.8:9090: connection refused')),
    ],
    [
      'the same metric in two runs of one',
      release('web', { evidence: [evidence()] }),
      release('api', { evidence: [evidence({ analysisRun: 'api-1' }), evidence({ analysisRun: 'api-2' })] }),
    ],
    [
      'the same commit',
      release('web', { cause: 'plugin-step', evidence: [] }, { repository: 'git.example/Shop', revision: 'a'.repeat(40) as never }),
      release('api', { cause: 'unknown', evidence: [] }, { repository: 'git.example/shop', revision: 'a'.repeat(40) as never }),
    ],
    [
      'no pods in one cluster',
      release('web', { cause: 'progress-deadline', evidence: [] }),
      release('api', { cause: 'stuck', evidence: [] }),
    ],
  ])('%s', (_, one, other) => {
    expect(first(one)).toBeDefined()
    expect(first(one)).toBe(first(other))
  })
})

describe('what is evidence of its own is not swallowed', () => {
  it.each([
    ['another value', release('api', { evidence: [evidence({ value: '[0.91]' })] })],
    ['another metric', release('api', { evidence: [evidence({ metric: 'latency' })] })],
    ['another condition', release('api', { evidence: [evidence({ condition: 'result[0] >= 0.5' })] })],
    ['a second metric that failed besides', release('api', { evidence: [evidence(), evidence({ metric: 'latency', value: '[900]' })] })],
    ['another error', release('api', erred('query timed out'))],
    ['another cluster', release('api', {}, { cluster: 'east' })],
  ])('%s', (_, other) => {
    expect(first(other)).not.toBe(first(release('web', {})))
  })

  it.each([
    ['an abort by a person', release('web', { cause: 'human-abort', evidence: [] })],
    ['a Job that failed', release('web', { evidence: [evidence({ provider: 'job', value: undefined })] })],
    ['a failure without evidence', release('web', { evidence: [] })],
    ['a spec that is refused', release('web', { cause: 'invalid-spec', evidence: [] })],
    ...(['human-abort', 'undone', 'invalid-spec'] as const).map((cause): [string, Release] => [
      `${cause} of a known commit`,
      release('web', { cause, evidence: [] }, { repository: 'git.example/shop', revision: 'a'.repeat(40) as never }),
    ]),
    ['what was broken before the first look', release('web', {}, { preExisting: true })],
    ['what has not failed', { ...release('web', {}), attempts: [] }],
  ])('%s has nothing in common with others', (_, one) => {
    expect(keys(one)).toEqual([])
  })
})

it('hostile words of a metric stay one capped line', () => {
  const [cause] = causesOf(release('web', erred(`\u001b[31m${'x\n'.repeat(900)}`)))
  expect(cause?.words.length).toBeLessThanOrEqual(200)
  expect(cause?.words).not.toMatch(/\p{C}/u)
  expect(cause?.key.length).toBeLessThan(3_000)
})

const url = `Get "https://metrics.example/api/v1/query?query=${'sum(rate(http_requests_total[5m]))'.repeat(6)}": `

it.each([
  ['by its status', 'received non 2xx response code: 404', 'received non 2xx response code: 503'],
  ['by what stands at the end of a long message', `${url}context deadline exceeded`, `${url}x509: certificate has expired`],
  ['by what is too long to be compared', 'x'.repeat(3_000), 'x'.repeat(3_000)],
])('an error is told from another %s', (_, one, other) => {
  const [a, b] = [first(release('web', erred(one))), first(release('api', erred(other)))]
  expect(a === undefined ? b : a === b).toBe(a === undefined ? undefined : false)
})

it('the causes of a document are found once, however many ask', () => {
  const one = release('web', {})
  expect(causesOf(one)).toBe(causesOf(one))
})

describe('what is told of a cause', () => {
  const sha = 'a1b2c3d'.padEnd(40, '0')
  const metric = (name: string, provider = 'prometheus') => ({ name, provider })

  it('is each metric once, three of them in words, and one key in whatever order they failed', () => {
    const all = ['b', 'a', 'd', 'c'].map((name) => evidence({ metric: name, condition: undefined, value: '[1]' }))
    const sign = (name: string): string => JSON.stringify([name, 'prometheus', 'Failed', null, '[1]'])
    expect(causesOf(release('web', { evidence: [...all, ...all.slice(0, 1)] }))).toEqual([
      {
        kind: 'metric',
        key: JSON.stringify(['metric', 'prod', ['a', 'b', 'c', 'd'].map(sign)]),
        words: 'b is [1]; a is [1]; d is [1]',
        cluster: 'prod',
        metrics: ['b', 'a', 'd', 'c'].map((name) => metric(name)),
      },
    ])
  })

  it('is the error without names, where the metric could not be measured', () => {
    const told = (message: string, change: Partial<Release> = {}) => causesOf(release('web', erred(message), change))[0]?.words
    expect(told('web-1 in shop: -x null-y')).toBe('success-rate could not be measured (… in …: -x null-y)')
    expect(told('web-1: -x null-y', { podTemplateHash: null })).toBe('success-rate could not be measured (…: -x null-y)')
    expect(causesOf(release('web', erred('x'.repeat(2_000))))).toHaveLength(1)
    expect(causesOf(release('web', erred('x'.repeat(2_001))))).toEqual([])
  })

  it('is the value where it was measured, whatever its message says', () => {
    expect(causesOf(release('web', { evidence: [evidence({ message: 'too low' })] }))[0]?.words).toBe('success-rate is [0.42]')
  })

  it('is the commit, once both its name and its repository are known', () => {
    const of = (change: Partial<Release>) => causesOf(release('web', { cause: 'unknown', evidence: [] }, change))
    expect(of({ repository: 'git.example/Shop', revision: sha as never })).toEqual([
      {
        kind: 'commit',
        key: JSON.stringify(['commit', 'git.example/shop', sha]),
        words: 'commit a1b2c3d of git.example/Shop brought all of them',
        cluster: null,
        metrics: [],
      },
    ])
    expect([of({ repository: 'git.example/Shop' }), of({ revision: sha as never })]).toEqual([[], []])
  })

  it('is the cluster where alerts came after promotions, or pods did not get ready there', () => {
    expect(causesOf(release('web', { cause: 'slo-burn', evidence: [] }))).toMatchObject([
      { kind: 'metric', key: '["alert","prod"]', words: 'alerts about several Rollouts of cluster prod began after their promotions' },
    ])
    expect(causesOf(release('web', { cause: 'stuck', evidence: [] }))).toMatchObject([
      { kind: 'cluster', key: '["cluster","prod"]', words: 'new pods did not get ready in cluster prod' },
    ])
  })
})
