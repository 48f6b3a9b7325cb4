import { describe, expect, test } from 'vitest'
import { collectEvidence } from '../../src/domain/release/evidence.ts'
import type { AnalysisRunSnapshot, MetricSnapshot } from '../../src/domain/rollout/snapshots.ts'
import { renderChart } from '../../src/ui/chart-html.ts'
import { renderMeasurements, renderSteps } from '../../src/ui/evidence-html.ts'
import { measurementsOf } from '../../src/ui/measurements.ts'
import { stepsOf } from '../../src/ui/steps.ts'
import { answered } from '../answered.ts'
import { NOW } from '../http/fleet-fixture.ts'
import { theFleet, theRelease } from '../http/story.ts'

const [theRun] = theFleet().analysisRuns('uid-checkout') as [AnalysisRunSnapshot]

function aRun(metric: Partial<MetricSnapshot>): AnalysisRunSnapshot {
  return answered('AnalysisRun', { ...theRun, metrics: [{ ...theRun.metrics[0]!, ...metric }] })
}

const measuredAt = (...values: (string | undefined)[]) =>
  values.map((value, at) => ({ phase: 'Successful', value, message: undefined, finishedAt: NOW + at * 1_000, job: undefined }))

const chartOf = (metric: Partial<MetricSnapshot>) => renderChart(measurementsOf([aRun(metric)])[0]!)?.markup

describe('the measurements of a metric', () => {
  test('are all there, with the limit drawn in, and as a table beside it', () => {
    const page = { evidence: [], measurements: measurementsOf([theRun]) } as unknown as Parameters<typeof renderMeasurements>[0]
    const { markup } = renderMeasurements(page)
    expect(markup.match(/class="point good"/g)).toHaveLength(2)
    expect(markup.match(/class="point bad"/g)).toHaveLength(3)
    expect(markup).toContain('wanted &#62;= 0.95')
    expect(markup).toContain(
      'aria-label="success-rate over time: 5 measured, 3 not good, wanted &#62;= 0.95. The table beside it has each."',
    )
    for (const value of ['[0.991]', '[0.968]', '[0.94]', '[0.925]', '[0.91]'])
      expect(markup).toContain(`<code>${value.replaceAll('[', '[')}`)
  })

  test('what failed comes first, a dry run is called so and fails nothing', () => {
    const calm = aRun({ name: 'calm', phase: 'Successful' })
    const dry = aRun({ name: 'dry', dryRun: true })
    expect(measurementsOf([calm, dry, theRun]).map(({ metric, tone }) => `${metric} ${tone}`)).toEqual([
      'success-rate bad',
      'calm good',
      'dry unknown',
    ])
    expect(measurementsOf([dry])[0]?.source).toContain('dry run')
  })

  test.each([
    ['Failed', 'bad'],
    ['Error', 'bad'],
    ['Inconclusive', 'bad'],
    ['Successful', 'good'],
    ['Running', 'moving'],
    ['', 'unknown'],
  ])('that are %s look %s', (phase, tone) => {
    expect(measurementsOf([aRun({ phase })])[0]).toMatchObject({ tone, phase: phase || 'Pending' })
  })

  test('says that the controller has let older ones go', () => {
    expect(measurementsOf([aRun({ count: 60 })])[0]).toMatchObject({ isCut: true, counts: '60 measured, 3 failed' })
  })

  test('of a run that the cluster has no more are those that were recorded, and of one that it has, its own', () => {
    const [recorded] = collectEvidence({
      rollout: theFleet().rollout('shop', 'checkout')!,
      failure: { kind: 'abort', attempt: 'a', at: NOW - 252_000 },
      release: { podTemplateHash: 'bad', rolloutRevision: 9 },
      analysisRuns: [theRun],
      experiments: [],
      previousAbortAt: undefined,
    })
    const [gone] = measurementsOf([], [recorded!])
    const [there] = measurementsOf([theRun])
    expect(gone).toEqual({ ...there, source: 'checkout-bad-9-2 · as it was recorded' })
    expect(measurementsOf([theRun], [recorded!])).toEqual([there])
    expect(measurementsOf([], [{ ...recorded!, measured: [] }])).toEqual([])
    const failing = measurementsOf([], [{ ...recorded!, condition: 'not (result[0] < 0.95)', phase: 'Error' }])[0]
    expect(failing).toMatchObject({ limit: { words: 'fails < 0.95' }, counts: '5 measured, 3 errored' })
  })

  test('a limit on which it fails is called so, whatever field of an object it is held against', () => {
    const [metric] = measurementsOf([
      aRun({
        successCondition: undefined,
        failureCondition: 'result.errors > 5',
        measurements: measuredAt('{"errors": 3}', '{"errors": 9}'),
      }),
    ])
    expect(metric).toMatchObject({ limit: { value: 5, words: 'fails > 5' }, measured: [{ number: 3 }, { number: 9 }] })
  })

  test.each([
    ['no number', measuredAt('true', undefined, '[]', '{"a":1}')],
    ['no time', measuredAt('[1]').map((one) => ({ ...one, finishedAt: undefined }))],
    ['no end', measuredAt('[1e999]')],
    ['nothing', []],
  ])('where there is %s, nothing is drawn', (_what, measurements) => {
    expect(chartOf({ measurements })).toBeUndefined()
  })

  test.each([
    ['one alone', measuredAt('[1]')],
    ['all alike', measuredAt('[0.95]', '[0.95]')],
    ['huge ones of both signs', measuredAt('[1e308]', '[-1e308]')],
    ['at one moment', measuredAt('[1]', '[2]').map((one) => ({ ...one, finishedAt: NOW }))],
  ])('%s are drawn within the picture', (_what, measurements) => {
    const markup = chartOf({ measurements })!
    expect(markup).not.toMatch(/NaN|Infinity/)
    for (const [, y] of markup.matchAll(/cy="([^"]+)"/g)) expect(Number(y)).toSatisfy((at: number) => at >= 14 && at <= 160)
    for (const [, x] of markup.matchAll(/cx="([^"]+)"/g)) expect(Number(x)).toSatisfy((at: number) => at >= 64 && at <= 620)
  })

  test('a limit without end is none, and draws nothing', () => {
    expect(chartOf({ successCondition: 'result[0] < 1e999', measurements: measuredAt('[1]', '[2]') })).not.toMatch(/NaN|Infinity|limit/)
  })

  test('the days are told where not all was measured on one', () => {
    const later = (days: number) => measuredAt('[1]', '[2]').map((one, at) => ({ ...one, finishedAt: NOW + at * days * 86_400_000 }))
    expect(chartOf({ measurements: later(0) })).toMatch(/>10:00:00 UTC<[^]*>10:00:00 UTC</)
    expect(chartOf({ measurements: later(3) })).toMatch(/>2026-11-23 10:00:00 UTC<[^]*>2026-11-26 10:00:00 UTC</)
  })

  test('hostile names, values and conditions are no markup', () => {
    const hostile = '"><script>alert(1)</script><svg onload=x>\u202e'
    const run = { ...aRun({ name: hostile, phase: hostile, successCondition: hostile, measurements: measuredAt(hostile) }), name: hostile }
    const page = { evidence: [], measurements: measurementsOf([run]) } as unknown as Parameters<typeof renderMeasurements>[0]
    expect(renderMeasurements(page).markup).not.toMatch(/<script|<svg onload|\u202e/)
  })
})

describe('the steps of a canary', () => {
  const labels = ['setWeight 5', 'pause', 'analysis', 'setWeight 250', 'setWeight <b>', 'plugin a/b']
  const standings = (...given: Parameters<typeof stepsOf>) =>
    stepsOf(given[0] && answered('ReleaseSteps', given[0]), given[1]).map(({ standing }) => standing)

  test('say where the analysis failed', () => {
    expect(standings({ labels, index: null }, theRelease())).toEqual(['done', 'done', 'failed', 'ahead', 'ahead', 'ahead'])
  })

  test('say how far it has come, and that all are done once it is promoted', () => {
    const rolling = theRelease({ state: 'rolling', attempts: [], cause: null })
    expect(standings({ labels, index: 1 }, rolling)).toEqual(['done', 'now', 'ahead', 'ahead', 'ahead', 'ahead'])
    const promoted = theRelease({ state: 'ended', outcome: 'promoted', endedAt: NOW })
    expect(new Set(standings({ labels, index: null }, promoted))).toEqual(new Set(['done']))
  })

  test('where nobody knows, do not say', () => {
    const byHand = theRelease({ attempts: [{ ...theRelease().attempts[0]!, cause: 'human-abort', evidence: [] }] })
    expect(new Set(standings({ labels, index: null }, byHand))).toEqual(new Set(['unknown']))
    expect(stepsOf(null, theRelease())).toEqual([])
  })

  test('are shares, also where a router counts to another number than a hundred', () => {
    const cells = stepsOf(
      answered('ReleaseSteps', { labels: ['setWeight 50', 'pause', 'setWeight 500'], percents: [5, 5, 50], index: null }),
      theRelease(),
    )
    expect(cells.map(({ words, weight }) => `${words} ${weight}`)).toEqual(['5% 5', 'pause until promoted 5', '50% 50'])
  })

  test('are words and weights of a hundred at most, and no markup', () => {
    const cells = stepsOf(answered('ReleaseSteps', { labels, index: null }), theRelease())
    expect(cells.map(({ words, weight }) => `${words} ${weight}`)).toEqual([
      '5% 5',
      'pause until promoted 5',
      'analysis 5',
      '250% 100',
      '<b>% 100',
      'plugin a/b 100',
    ])
    expect(renderSteps(cells).markup).not.toContain('<b>%')
  })
})
