import { expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { EffectAction } from '../../../src/domain/effect.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import type { ForgeLimit } from '../../../src/ports/forge.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createForgeBudget } from '../../../src/reconcile/outbox/forge-budget.ts'
import { anEffect, aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { publishesCard } from '../publishes-card.ts'

const HERE = 'https://git.example/shop/gitops.git'
const ELSEWHERE = 'https://other.example/shop/gitops.git'
const MINUTE = 60_000
const CONTENT: ForgeLimit = { of: 'content', withinMs: MINUTE, most: 80 }
const COMMENTS: ForgeLimit = { of: 'comments', withinMs: MINUTE, most: 80 }
const source = (repository: string, chart: string | null = null): object => ({ repository, chart })

/** What the ledger has of each kind, under any key but `gone`. */
const DOCUMENTS: Readonly<Record<string, unknown>> = {
  revert: aRevert({ key: 'v', repoURL: HERE }),
  announcement: { repoURL: HERE },
  quarantine: { repoURL: HERE },
  release: aRelease({ key: 'r', repoURL: HERE }),
}

function aBudget({ limits = [CONTENT], documents = {} }: { limits?: readonly ForgeLimit[]; documents?: object } = {}) {
  const time = { now: 1e9 }
  const known: Readonly<Record<string, unknown>> = { ...DOCUMENTS, ...documents }
  const budget = createForgeBudget({
    clock: { elapsed: () => time.now },
    ledger: { read: (kind: string, key: string) => (key === 'gone' ? undefined : known[kind]) },
    limitsFor: (url: string) => (url === HERE ? limits : [{ ...CONTENT, most: 0 }]),
    commitsFor: () => DEFAULT_COMMITS,
  } as unknown as Environment)
  const takes = (action: EffectAction, key = 'e'): boolean => budget.take(anEffect({ key, action }))
  /** How many of 200 can begin now. */
  const room = (action: EffectAction): number => Array.from({ length: 200 }, () => takes(action)).filter(Boolean).length
  return { time, takes, room, givesBack: (key: string): void => budget.giveBack(anEffect({ key })) }
}

const opens: EffectAction = { type: 'open-revert', revertKey: 'v' }
const shows: EffectAction = { type: 'show-deployment', releaseKey: 'r' }
const marks: EffectAction = { type: 'mark-commit', releaseKey: 'r', quarantineKey: 'q', commit: '1'.repeat(40) as CommitSha }
const announces: EffectAction = { type: 'announce-release', releaseKey: 'r', announcement: 'a' }

it.each<[EffectAction, number, number]>([
  [opens, 17, 200],
  [{ type: 'close-revert', revertKey: 'v', reason: '' }, 35, 70],
  [announces, 17, 35],
  [marks, 35, 200],
  [shows, 8, 200],
  [{ type: 'delete-branch', revertKey: 'v' }, 200, 200],
  [{ type: 'trace-revert', revertKey: 'v' }, 200, 200],
  [{ type: 'read-pods', releaseKey: 'r' }, 200, 200],
  [publishesCard(), 200, 200],
])('of what a forge takes of content, and of comments, a minute has room for so many: %j', (action, ofContent, ofComments) => {
  expect([aBudget().room(action), aBudget({ limits: [COMMENTS] }).room(action)]).toEqual([ofContent, ofComments])
})

it('what only says something leaves half of it to reverts', () => {
  const { room } = aBudget()
  expect([room(marks), room(announces), room(shows), room(opens)]).toEqual([35, 0, 0, 8])
})

it.each<EffectAction>([
  { type: 'open-revert', revertKey: 'gone' },
  { type: 'announce-release', releaseKey: 'r', announcement: 'gone' },
  { type: 'show-deployment', releaseKey: 'gone' },
])('what the ledger does not know takes nothing of it: %j', (action) => {
  const { room } = aBudget()
  expect([room(action), room(opens)]).toEqual([200, 17])
})

it.each<[string, object, number]>([
  ['its deployment is shown, first of all', { deployment: { repoURL: HERE }, repoURL: ELSEWHERE }, 8],
  ['its deployment is shown, though its commit came from here', { deployment: { repoURL: ELSEWHERE }, repoURL: HERE }, 0],
  ['it was brought, before what Argo CD has synced', { repoURL: HERE, applied: { sources: [source(ELSEWHERE)] } }, 8],
  ['Argo CD has synced, where no more is known', { applied: { sources: [source(ELSEWHERE, 'web'), source(HERE)] } }, 8],
])('a deployment is counted where %s', (_, fields, room) => {
  const { repoURL: __, ...release } = aRelease({ key: 'r' })
  expect(aBudget({ documents: { release: { ...release, ...fields } } }).room(shows)).toBe(room)
})

it('what is made is counted as long as each limit looks back', () => {
  const { time, room } = aBudget({ limits: [CONTENT, { ...CONTENT, withinMs: 60 * MINUTE, most: 160 }] })
  expect(room(opens)).toBe(17)
  time.now += MINUTE - 1
  expect(room(opens)).toBe(0)
  time.now += 1
  expect(room(opens)).toBe(17)
  time.now += MINUTE
  expect(room(opens)).toBe(1)
  time.now += 58 * MINUTE
  expect(room(opens)).toBe(17)
})

it('a try that has failed gives back what it took last, be it the only one', () => {
  const { takes, givesBack } = aBudget({ limits: [{ ...CONTENT, most: 5 }] })
  expect([takes(opens, 'a'), takes(opens, 'b')]).toEqual([true, false])
  givesBack('b')
  expect(takes(opens, 'b')).toBe(false)
  givesBack('a')
  expect(takes(opens, 'b')).toBe(true)
})
