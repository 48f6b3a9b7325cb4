import { describe, expect, it } from 'vitest'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import { eventOfTime } from '../../../src/domain/quarantine/ending.ts'
import { eventOfFailure, failedVersionOf, type FailureFacts } from '../../../src/domain/quarantine/failed.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { Failed } from '../../../src/domain/quarantine/transitions.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { EVIDENCE } from '../an-evidence.ts'
import { aQuarantine, COMMIT, DAY, facts, failedRelease, NOW, OTHER, WEB } from './a-quarantine.ts'

function versionOf(fields: Partial<Release> = {}, more: Partial<FailureFacts> = {}): Failed {
  const failed = failedVersionOf(failedRelease(fields), facts(more))
  if (!failed) throw new Error('it is in none')
  return failed
}

const SOURCE = {
  repoURL: 'https://x/y',
  repository: 'x/y',
  baseBranch: 'main',
  revision: { sha: COMMIT },
  good: { sha: OTHER },
  paths: ['a'],
} as unknown as SourceFacts
const TOLD = { repoURL: 'https://x/y', repository: 'x/y', baseBranch: 'main', culprit: COMMIT, good: OTHER, paths: ['a'] }
const NOTHING = { repoURL: null, repository: null, baseBranch: null, culprit: null, good: null, paths: [] }

describe('what a version that failed is known by', () => {
  it('is its images, in whichever order the template names them', () => {
    const one = versionOf({ images: [`${WEB}:v2`, 'job:2'] })
    const other = versionOf({ images: ['job:2', `${WEB}:v2`] })
    expect([one.images, other.images]).toEqual([
      [`${WEB}:v2`, 'job:2'],
      ['job:2', `${WEB}:v2`],
    ])
    expect(other.key).toBe(one.key)
  })

  it('is its template where it brings no image: another template is another version', () => {
    const same = { images: [`${WEB}:v1`, 'proxy:1'] }
    expect(versionOf({ ...same, podTemplateHash: 'one' }).key).not.toBe(versionOf({ ...same, podTemplateHash: 'two' }).key)
  })

  it('says why it failed, by its cause and the first thing that was measured', () => {
    const [attempt] = failedRelease().attempts
    if (!attempt) throw new Error('it has failed')
    expect(versionOf().reason).toMatchInlineSnapshot(`"the analysis failed"`)
    expect(versionOf({ attempts: [{ ...attempt, evidence: [EVIDENCE] }] }).reason).toMatchInlineSnapshot(
      `"the analysis failed: success-rate 0.91 < 0.95 (3/5)"`,
    )
  })

  it.each<[string, Partial<SourceFacts>, object]>([
    ['all that Git tells', {}, TOLD],
    ['no commit of before where Git has none', { good: null }, { culprit: COMMIT, good: null }],
    [
      'two hundred files at most',
      { paths: Array.from({ length: 201 }, (_, at) => `${at}`) },
      { paths: Array.from({ length: 200 }, (_, at) => `${at}`) },
    ],
    ['nothing without its commit', { revision: null }, NOTHING],
    ['nothing without its repository', { repository: null }, NOTHING],
    ['nothing without the address of it', { repoURL: null }, NOTHING],
    ['nothing without its branch', { baseBranch: null }, NOTHING],
  ])('is %s', (_, fields, traced) => {
    expect(versionOf({}, { source: { ...SOURCE, ...fields } })).toMatchObject(traced)
  })
})

describe('a failure', () => {
  const traced = (fields: Partial<Quarantine>): Quarantine => aQuarantine({ ...versionOf({}, { source: SOURCE }), ...fields })

  it('begins a quarantine where there is none', () => {
    const failed = versionOf()
    expect(eventOfFailure(undefined, failed)).toEqual({ type: 'quarantine-begun', failed })
  })

  it.each<[string, Partial<Quarantine>, Partial<Failed>, Partial<Failed> | undefined]>([
    ['nothing of the same', {}, {}, undefined],
    ['another commit, even one of no files', {}, { culprit: OTHER, paths: [] }, { culprit: OTHER, paths: [] }],
    ['other files of the same commit', {}, { paths: ['b'] }, { culprit: COMMIT, paths: ['b'] }],
    ['nothing by the same commit without its files', {}, { paths: [] }, undefined],
    ['nothing while Git is not asked', {}, NOTHING, undefined],
    ['nothing while Git has never told', NOTHING, NOTHING, undefined],
    ['the commit that Git tells first', NOTHING, {}, { culprit: COMMIT, paths: ['a'] }],
  ])('that is known tells %s', (_, known, failed, news) => {
    const event = eventOfFailure(traced(known), { ...versionOf({}, { source: SOURCE }), ...failed })
    expect(event).toEqual(news && { type: 'quarantine-traced', facts: { ...TOLD, ...news } })
  })

  it('that is another keeps what Git has told of the one before', () => {
    const failed = { ...versionOf(), attempt: 'a2' }
    const { repoURL, repository, baseBranch, culprit, good, paths } = traced({})
    const kept = { ...failed, repoURL, repository, baseBranch, culprit, good, paths }
    expect(eventOfFailure(traced({}), failed)).toEqual({ type: 'quarantine-renewed', failed: kept })
  })
})

describe('a quarantine by its days', () => {
  it.each<[string, Partial<Quarantine>, string | undefined]>([
    ['stands until the last of them', { until: NOW + 1 }, undefined],
    ['ends with the last of them', { until: NOW }, 'quarantine-expired'],
    ['that is over ends no second time', { until: NOW, state: 'over', outcome: 'lifted' }, undefined],
    ['of a template alone is not proven by having no images', { until: NOW + DAY, images: [] }, undefined],
  ])('%s', (_, fields, type) => {
    expect(eventOfTime(aQuarantine(fields), NOW, [])?.type).toBe(type)
  })
})
