import { expect, it } from 'vitest'
import type { ApplicationSnapshot, HistoryEntry, OperationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { refuseSelective, refuseUnapplied } from '../../../../src/reconcile/git-facts/syncs/unapplied.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { commit } from '../../../domain/decision/clear.ts'
import { anApplication } from '../../an-application.ts'

type Syncs = Partial<Pick<ApplicationSnapshot, 'operation' | 'formerOperations' | 'history'>>

const OTHER = ['other']
const MADE = 'sha-2'

const operation = (fields: Partial<OperationSnapshot> = {}): OperationSnapshot => ({
  phase: 'Succeeded',
  message: undefined,
  startedAt: 1,
  finishedAt: 2,
  revisions: [MADE],
  requested: [],
  sources: [],
  partial: false,
  rolloutsApplied: [],
  ...fields,
})
const part = (fields: Partial<OperationSnapshot> = {}) => operation({ partial: true, rolloutsApplied: ['shop/web'], ...fields })
const former = (one: OperationSnapshot) => [{ ...one, afterEntry: 0 }]
const entry = (revisions: readonly string[]): HistoryEntry => ({ id: 1, revisions, sources: [], deployStartedAt: 1, deployedAt: 2 })

const applied = { application: 'argocd/web', revisions: [MADE] }
const question = (syncs: Syncs, release: Partial<Release> = {}) => ({
  application: anApplication([{}], syncs),
  release: { ...aRelease({ key: 'r', namespace: 'shop', rollout: 'web' }), applied, ...release },
})

/** Which check refuses, and why. */
function refusal(ask: () => void): Pick<Refusal, 'check' | 'message'> | undefined {
  try {
    ask()
  } catch (error) {
    const { check, message } = error as Refusal
    return { check, message }
  }
  return undefined
}

const BOTH = [commit({ subject: 'first' }), commit({ subject: 'second' })]

it('where a sync of some resources alone brought N+1, an older commit of several need not have come with it', () => {
  const refused = refusal(() => refuseSelective(question({ operation: part() }), BOTH))
  expect(refused?.check).toBe('P7')
  expect(refused?.message).toMatch(/^N\+1 was brought by a sync of some resources only: .*“first”, an older commit, is not known\.$/)
})

it.each<[string, Syncs]>([
  ['it is over', { operation: part() }],
  ['it is one of before', { formerOperations: former(part()) }],
  ['it still runs, and has told of no revision', { operation: part({ phase: 'Running', revisions: [], requested: [MADE] }) }],
  [
    'all of another revision was synced',
    { operation: part(), formerOperations: former(operation({ revisions: OTHER })), history: [entry(OTHER)] },
  ],
  [
    'all of it was only asked for, and another was synced',
    { operation: part(), formerOperations: former(operation({ revisions: OTHER, requested: [MADE] })) },
  ],
])('that is so where %s', (_, syncs) => {
  expect(refusal(() => refuseSelective(question(syncs), BOTH))?.check).toBe('P7')
})

it.each<[string, Syncs, Parameters<typeof refuseSelective>[1], Partial<Release>]>([
  ['one commit alone lies between', { operation: part() }, BOTH.slice(0, 1), {}],
  ['none does', { operation: part() }, [], {}],
  ['the history has it: all of it was synced', { operation: part(), history: [entry([MADE])] }, BOTH, {}],
  ['all of it was synced before', { operation: part(), formerOperations: former(operation()) }, BOTH, {}],
  [
    'all of it is being synced',
    { operation: operation({ phase: 'Running', revisions: [], requested: [MADE] }), formerOperations: former(part()) },
    BOTH,
    {},
  ],
  ['the sync of some resources was of another revision', { operation: part({ revisions: OTHER }) }, BOTH, {}],
  ['nobody has seen a sync', {}, BOTH, {}],
  ['it is not known what brought N+1', { operation: part() }, BOTH, { applied: null }],
])('nothing is said of it where %s', (_, syncs, commits, release) => {
  expect(refusal(() => refuseSelective(question(syncs, release), commits))).toBeUndefined()
})

const failed = (fields: Partial<OperationSnapshot> = {}) => operation({ phase: 'Failed', ...fields })

it('a sync that has ended without applying the Rollout has not made N+1', () => {
  expect(refusal(() => refuseUnapplied(question({ operation: failed() })))).toEqual({
    check: 'P4',
    message: 'the sync that is taken for that of N+1 has ended without applying the Rollout: somebody may have changed it by hand.',
  })
})

it.each<[string, Syncs]>([
  ['it is one of before', { formerOperations: former(failed()) }],
  ['it has told of no revision', { operation: failed({ revisions: [], requested: [MADE] }) }],
  ['it applied another Rollout', { operation: failed({ rolloutsApplied: ['shop/api'] }) }],
  ['another revision was applied', { operation: failed(), history: [entry(OTHER)] }],
  [
    'another revision is being synced',
    { operation: operation({ phase: 'Running', revisions: [], requested: OTHER }), formerOperations: former(failed()) },
  ],
])('that is so where %s', (_, syncs) => {
  expect(refusal(() => refuseUnapplied(question(syncs)))?.check).toBe('P4')
})

it.each<[string, Syncs, Partial<Release>]>([
  ['it runs: its result may yet name the Rollout', { operation: operation({ phase: 'Running', revisions: [], requested: [MADE] }) }, {}],
  [
    'it is tried again',
    { operation: operation({ phase: 'Running', revisions: [], requested: [MADE] }), formerOperations: former(failed()) },
    {},
  ],
  ['it applied the Rollout before it failed', { operation: failed({ rolloutsApplied: ['shop/web'] }) }, {}],
  ['it made it', { operation: operation() }, {}],
  ['the history has it', { operation: failed(), history: [entry([MADE])] }, {}],
  ['it was of another revision', { operation: failed({ revisions: OTHER }) }, {}],
  ['of what ended this revision was only asked for', { operation: failed({ revisions: OTHER, requested: [MADE] }) }, {}],
  ['it is not known what brought N+1', { operation: failed() }, { applied: null }],
])('a sync is not held against it where %s', (_, syncs, release) => {
  expect(refusal(() => refuseUnapplied(question(syncs, release)))).toBeUndefined()
})
