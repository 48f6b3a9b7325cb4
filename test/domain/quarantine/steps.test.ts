import { describe, expect, it } from 'vitest'
import type { Mark, Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import {
  mergeMarks,
  moveQuarantine,
  QUARANTINE_TABLE,
  type Failed,
  type QuarantineEvent,
} from '../../../src/domain/quarantine/transitions.ts'
import { aQuarantine, COMMIT, OTHER } from './a-quarantine.ts'

const { state: _, outcome: __, endedAt: ___, marks: ____, ...FAILED } = aQuarantine({ attempt: 'a2', templates: ['def'], since: 2_000 })
const MARK: Mark = { commit: COMMIT, pullRequest: null, brings: true }
const TRACED = { repoURL: 'u', repository: 'r', baseBranch: 'b', culprit: OTHER, good: null, paths: ['p'] }
const OUT = ['mark-commits', 'tell-release']
const again: Partial<Quarantine> = { attempt: 'a2', templates: ['abc', 'def'] }
const anew: Partial<Quarantine> = { state: 'standing', outcome: null, endedAt: null }

const EVENTS: readonly QuarantineEvent[] = [
  { type: 'quarantine-begun', failed: FAILED },
  { type: 'quarantine-renewed', failed: FAILED },
  { type: 'quarantine-traced', facts: TRACED },
  { type: 'quarantine-narrowed', images: ['x'] },
  { type: 'quarantine-marked', marks: [MARK] },
  { type: 'quarantine-unsaid', why: 'no right' },
  { type: 'quarantine-unsaid', why: undefined },
  { type: 'quarantine-lifted', by: 'ada', reason: 'fixed', at: 9 },
  { type: 'quarantine-expired', at: 9 },
  { type: 'quarantine-proven', at: 9 },
  { type: 'quarantine-cleared', at: 9 },
]

/** All that becomes of a document by each event that applies: the fields that are others afterwards, and what follows. */
function stepsFrom(quarantine: Quarantine | undefined) {
  return EVENTS.flatMap((event) => {
    const step = moveQuarantine(quarantine, event)
    return step ? [[event.type, step.quarantine, step.effects] as const] : []
  })
}

describe('a quarantine', () => {
  it('begins with a version that failed, and with nothing else', () => {
    expect(stepsFrom(undefined)).toEqual([['quarantine-begun', { ...FAILED, ...anew, marks: [] }, []]])
  })

  it('that stands takes each news, and each end is told beside its commits and on its card', () => {
    const { unsaid: why, ...said } = aQuarantine({ unsaid: 'no right yet' })
    const known: Quarantine = { ...said, ...(why !== undefined && { unsaid: why }) }
    const over = { ...known, state: 'over', endedAt: 9 } as const
    expect(stepsFrom(known)).toEqual([
      ['quarantine-renewed', { ...known, ...FAILED, ...again, since: 1_000 }, ['tell-release']],
      ['quarantine-traced', { ...known, ...TRACED }, []],
      ['quarantine-narrowed', { ...known, images: ['x'] }, []],
      ['quarantine-marked', { ...known, marks: [MARK] }, ['mark-commits']],
      ['quarantine-unsaid', { ...known, unsaid: 'no right' }, []],
      ['quarantine-unsaid', said, []],
      ['quarantine-lifted', { ...over, outcome: 'lifted', liftedBy: 'ada', liftedFor: 'fixed' }, OUT],
      ['quarantine-expired', { ...over, outcome: 'expired' }, OUT],
      ['quarantine-proven', { ...over, outcome: 'proven' }, OUT],
      ['quarantine-cleared', { ...over, outcome: 'cleared' }, OUT],
    ])
  })

  it('that is over begins again with what its version was known by, and nothing of how it ended', () => {
    const over = aQuarantine({ state: 'over', outcome: 'lifted', endedAt: 5, liftedBy: 'ada', liftedFor: 'x', unsaid: 'no', marks: [MARK] })
    expect(stepsFrom(over)).toEqual([['quarantine-begun', { ...FAILED, ...again, ...anew, marks: [MARK] }, ['mark-commits']]])
  })

  it('says in every row why it goes on', () => {
    for (const rows of Object.values(QUARANTINE_TABLE)) for (const { reason } of Object.values(rows)) expect(reason).toMatch(/^[A-Z].+\.$/)
  })

  it('is known by its twenty newest templates, each once', () => {
    const templates = Array.from({ length: 20 }, (_one, at) => `t${at}`)
    const failed: Failed = { ...FAILED, templates: ['t3', 'new'] }
    const step = moveQuarantine(aQuarantine({ templates }), { type: 'quarantine-renewed', failed })
    expect(step?.quarantine.templates).toEqual([...templates.slice(1), 'new'])
  })
})

describe('commits that are marked', () => {
  const marksOf = (count: number, brings: (at: number) => boolean, from = 0): readonly Mark[] =>
    Array.from({ length: count }, (_one, at) => {
      const commit = (from + at).toString(16).padStart(40, '0') as Mark['commit']
      return { commit, pullRequest: null, brings: brings(at) }
    })

  it('are each kept once, with its news last', () => {
    const [first, second, third] = marksOf(3, () => true) as [Mark, Mark, Mark]
    const news = { ...second, brings: false }
    expect(mergeMarks([first, second], [news, third])).toEqual([first, news, third])
  })

  it.each<[string, readonly [number, number], (at: number) => boolean, readonly number[]]>([
    ['all of them, up to a hundred', [99, 1], () => false, []],
    ['no settled one more than has to go', [100, 1], (at: number) => at !== 4 && at !== 7, [4]],
    ['the oldest where none is settled', [100, 2], () => true, [0, 1]],
    ['the settled ones first, then the oldest', [100, 3], (at: number) => at !== 50, [50, 0, 1]],
  ])('are kept: %s', (_title, [known, fresh], brings, gone) => {
    const before = marksOf(known, brings)
    const news = marksOf(fresh, () => true, 1_000)
    const left = before.filter((_mark, at) => !gone.includes(at))
    expect(mergeMarks(before, news)).toEqual([...left, ...news])
  })
})
