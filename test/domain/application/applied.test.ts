import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { appliedSyncs, driftOf, syncsUnderWay } from '../../../src/domain/application/applied.ts'
import type { ApplicationSnapshot, HistoryEntry, OperationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { application } from '../../contract/renderer.ts'

const WEB = { namespace: 'shop', name: 'web' }
const OLD = 'a'.repeat(40)
const NEW = 'b'.repeat(40)

/** An Application whose history knows one commit, and whose operation is about another. */
function applied(operation: Partial<OperationSnapshot>): ApplicationSnapshot {
  const read = readApplication('hub', application())
  if (!read) throw new Error('no Application')
  return {
    ...read,
    history: [{ id: 1, revisions: [OLD], sources: read.sources, deployStartedAt: 1, deployedAt: 2 }],
    operation: {
      phase: 'Succeeded',
      message: undefined,
      startedAt: 3,
      finishedAt: 4,
      revisions: [NEW],
      requested: [NEW],
      sources: read.sources,
      partial: false,
      rolloutsApplied: [],
      ...operation,
    },
  }
}

function entryOf({ history: [entry] }: ApplicationSnapshot): HistoryEntry {
  if (!entry) throw new Error('no entry')
  return entry
}

const revisions = (syncs: readonly { revisions: readonly string[] }[]): readonly string[] => syncs.flatMap((sync) => sync.revisions)

describe('a sync of some resources (self-heal, a selective sync)', () => {
  it('has made nothing of a Rollout that it does not name, though it succeeded', () => {
    expect(revisions(appliedSyncs(applied({ partial: true }), WEB))).toEqual([OLD])
    expect(revisions(appliedSyncs(applied({ partial: false }), WEB))).toEqual([NEW, OLD])
  })

  it('has made what it names', () => {
    expect(revisions(appliedSyncs(applied({ partial: true, rolloutsApplied: ['shop/web'] }), WEB))).toEqual([NEW, OLD])
    expect(revisions(appliedSyncs(applied({ partial: true, rolloutsApplied: ['shop/api'] }), WEB))).toEqual([OLD])
  })

  it('is making nothing that is known before its result names it', () => {
    const running: Partial<OperationSnapshot> = { phase: 'Running', revisions: [], finishedAt: undefined }
    expect(revisions(syncsUnderWay(applied({ ...running, partial: true }), WEB))).toEqual([OLD])
    expect(revisions(syncsUnderWay(applied({ ...running, partial: false }), WEB))).toEqual([NEW, OLD])
  })
})

it('a sync that failed has made a Rollout only if its result names it', () => {
  expect(revisions(appliedSyncs(applied({ phase: 'Failed' }), WEB))).toEqual([OLD])
  expect(revisions(appliedSyncs(applied({ phase: 'Failed', rolloutsApplied: ['shop/web'] }), WEB))).toEqual([NEW, OLD])
})

it('a sync that was asked for and has applied nothing yet, or was a dry run, has made nothing', () => {
  expect(appliedSyncs(applied({ revisions: [] }), WEB)).toHaveLength(1)
})

it('an entry of the history without a revision is no sync', () => {
  const of = applied({ revisions: [] })
  expect(appliedSyncs({ ...of, history: [{ ...entryOf(of), id: 2, revisions: [] }, entryOf(of)] }, WEB)).toHaveLength(1)
})

it('the sync that runs is told once, with what the Application says where the operation does not say it yet', () => {
  const running: Partial<OperationSnapshot> = { phase: 'Running', revisions: [], finishedAt: undefined, sources: [] }
  expect(revisions(syncsUnderWay(applied({ ...running, requested: [OLD] }), WEB))).toEqual([OLD])
  expect(syncsUnderWay(applied(running), WEB)[0]).toMatchObject({ revisions: [NEW], sources: [{ path: 'web' }], endedAt: undefined })
  const [source] = entryOf(applied({})).sources
  const other = source === undefined ? [] : [{ ...source, path: 'other' }]
  expect(syncsUnderWay(applied({ ...running, sources: other }), WEB)[0]).toMatchObject({ sources: [{ path: 'other' }] })
})

it('what an Application has applied is worked out once for a Rollout, and for each Rollout', () => {
  const of = applied({ partial: true, rolloutsApplied: ['shop/web'] })
  expect(appliedSyncs(of, WEB)).toBe(appliedSyncs(of, WEB))
  expect(revisions(appliedSyncs(of, { ...WEB, name: 'api' }))).toEqual([OLD])
})

const [ADA, BOT] = [{ automated: false, username: 'ada' }, { automated: true }]
it.each([
  ['the operation says it of the very sync', undefined, { startedBy: ADA, startedAt: 1 }, ADA],
  ['the history says it itself', BOT, { startedBy: ADA, startedAt: 1 }, BOT],
  ['the operation is another of the same revision', undefined, { startedBy: ADA, startedAt: 2 }, undefined],
  ['nothing says it', undefined, { startedAt: 1 }, undefined],
])('who started a sync is what is said of it: %s', (_, startedBy, operation, expected) => {
  const of = applied({ revisions: [OLD], ...operation })
  const [sync, ...more] = appliedSyncs({ ...of, history: [{ ...entryOf(of), ...(startedBy && { startedBy }) }] }, WEB)
  expect([sync?.startedBy, sync?.revisions, more]).toEqual([expected, [OLD], []])
})

describe('a Rollout that is not as Git asks for', () => {
  const newest = { application: 'argocd/web', revisions: [OLD] }
  const drifted = (comparedRevisions: readonly string[]): ApplicationSnapshot => {
    return { ...applied({}), driftedRollouts: ['shop/web'], comparedRevisions }
  }

  it('was changed by hand where nothing newer than what was applied was compared', () => {
    expect(driftOf(drifted([OLD]), { ...WEB, workloadRef: undefined }, newest)).toBe('by-hand')
  })

  it('may be behind a commit where another was compared, or it is not known what was applied', () => {
    expect(driftOf(drifted([NEW]), { ...WEB, workloadRef: undefined }, newest)).toBe('perhaps-by-commit')
    expect(driftOf(drifted([OLD]), { ...WEB, workloadRef: undefined }, undefined)).toBe('perhaps-by-commit')
  })

  it('is none that Argo CD does not name, and none where nothing is known', () => {
    expect(driftOf(drifted([OLD]), { ...WEB, name: 'api', workloadRef: undefined }, newest)).toBe('none')
    expect(driftOf(undefined, { ...WEB, workloadRef: undefined }, newest)).toBe('none')
    expect(driftOf(drifted([OLD]), undefined, newest)).toBe('none')
  })
})
