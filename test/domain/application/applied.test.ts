import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { appliedSyncs, syncsUnderWay } from '../../../src/domain/application/applied.ts'
import type { ApplicationSnapshot, OperationSnapshot } from '../../../src/domain/application/snapshots.ts'
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
