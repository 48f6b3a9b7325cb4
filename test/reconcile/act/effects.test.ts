import { describe, expect, it } from 'vitest'
import { notRendered } from '../../../src/domain/application/rendered.ts'
import type { EffectAction } from '../../../src/domain/effect.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { createEffects } from '../../../src/reconcile/act/effects.ts'
import { noteWait } from '../../../src/reconcile/act/note-wait.ts'
import { createJournal } from '../../../src/reconcile/environment.ts'
import { anEffect, revertEntry } from '../../contract/ledger-documents.ts'
import { publishesCard } from '../publishes-card.ts'
import { aFailure, type Failure } from './a-failure.ts'
import { NOW, REPO, V1 } from './a-host.ts'

const MINUTE = 60_000
const away = new KedgeError('E_GIT_UNREACHABLE', 'down')

/** A failure, and what carries out its effects. */
async function performing() {
  const failure = await aFailure()
  const { environment, decided, clock, planned } = failure
  const { renderer, repositories } = environment
  const perform = createEffects(environment, decided)
  // What was planned by files goes by files.
  const { provenBy: _, ...revert } = planned()
  await failure.ledger.append([revertEntry(revert)])
  return {
    ...failure,
    perform: (action: EffectAction, attempts = 0) => perform(anEffect({ key: 'e', action, attempts })),
    /** What comes of a try to open the revert: its event, or the code of its fault. */
    opens: (): Promise<string> =>
      perform(anEffect({ key: 'e', action: { type: 'open-revert', revertKey: planned().key }, attempts: 1 })).then(
        ({ event }) => event,
        (error: unknown) => (error as KedgeError).code,
      ),
    renders: (answers: boolean): void => {
      environment.renderer = answers ? renderer : { ...renderer, render: async () => notRendered('unreachable', 'No answer.') }
    },
    reachesGit: (isReached: boolean): void => {
      environment.repositories = isReached ? repositories : { open: () => Promise.reject(away) }
    },
    passes: (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, async () => undefined),
  }
}

describe('a revert that waits for who renders', () => {
  it('is opened by files once there was no answer for two minutes, whatever else has failed before', async () => {
    const { opens, renders, reachesGit, passes } = await performing()
    reachesGit(false)
    expect(await opens()).toBe('E_GIT_UNREACHABLE')
    reachesGit(true)
    renders(false)
    await passes(2 * MINUTE)
    expect(await opens()).toBe('E_RENDERER_UNREACHABLE')
    await passes(MINUTE)
    expect(await opens()).toBe('E_RENDERER_UNREACHABLE')
    await passes(MINUTE - 1)
    expect(await opens()).toBe('E_RENDERER_UNREACHABLE')
    await passes(1)
    expect(await opens()).toBe('revert-opened')
  })

  it('waits anew once it had an answer', async () => {
    const { opens, renders, passes } = await performing()
    renders(false)
    expect(await opens()).toBe('E_RENDERER_UNREACHABLE')
    renders(true)
    expect(await opens()).toBe('revert-opened')
    renders(false)
    await passes(2 * MINUTE)
    expect(await opens()).toBe('E_RENDERER_UNREACHABLE')
  })
})

it.each([
  [0, { found: 1 }],
  [1, {}],
])('what is found at the forge by a delivery that was begun %i times before is news, or not', async (attempts, found) => {
  const { perform, planned, branch, forges, known, repository } = await performing()
  const { proof } = known.findings.source ?? {}
  if (proof) await repository.push(branch, proof.commit)
  const { number, url } = await forges.forRepository(REPO).open({ branch, base: 'main', title: 't', body: 'b' })
  const { receipt } = await perform({ type: 'open-revert', revertKey: planned().key }, attempts)
  expect(receipt).toEqual({ number, url, commit: proof?.commit, ...found })
})

it.each<[EffectAction, string]>([
  [{ type: 'mark-commit', releaseKey: 'gone', quarantineKey: 'gone', commit: '1'.repeat(40) as never }, 'mark-not-needed'],
  [{ type: 'trace-release', releaseKey: 'gone' }, 'release-not-traced'],
  [publishesCard({ releaseKey: 'gone' }), 'effect-withheld'],
  [{ type: 'trace-source', releaseKey: 'gone' }, 'release-not-traced'],
  [{ type: 'read-images', releaseKey: 'gone' }, 'images-not-read'],
  [{ type: 'read-pods', releaseKey: 'gone' }, 'pods-not-read'],
  [{ type: 'show-deployment', releaseKey: 'gone' }, 'effect-withheld'],
  [{ type: 'announce-release', releaseKey: 'gone', announcement: 'gone' }, 'effect-withheld'],
])('an effect of what is known no more is abandoned: %j', async (action, event) => {
  const { perform } = await performing()
  expect(await perform(action)).toMatchObject({ state: 'abandoned', event })
})

it('an effect of a revert that the ledger does not have is a fault of Kedge', async () => {
  const { perform } = await performing()
  const what = 'effect e names a revert that the ledger does not have'
  await expect(perform({ type: 'close-revert', revertKey: 'gone', reason: '' })).rejects.toMatchObject({ code: 'E_INTERNAL', what })
})

it('a branch that is deleted is told in the receipt', async () => {
  const { perform, planned, ledger, put, commit, bad, branch } = await performing()
  put(bad)
  const own = commit(V1, { branch, parents: [bad] })
  await ledger.append([revertEntry(planned({ state: 'ended', outcome: 'merged', commit: own }))])
  const delivered = await perform({ type: 'delete-branch', revertKey: planned().key })
  expect(delivered).toEqual({ state: 'done', event: 'branch-deleted', receipt: { result: 'deleted' } })
})

describe('a revert whose turn has not come', () => {
  const waits = async (given: { sinceMs?: number; action?: EffectAction; before?: (failure: Failure) => unknown }): Promise<unknown> => {
    const failure = await aFailure()
    await given.before?.(failure)
    const { planned, ledger, environment } = failure
    const journal = createJournal(ledger)
    const commits: unknown[] = []
    const action = given.action ?? { type: 'open-revert', revertKey: planned().key }
    await noteWait(
      environment,
      { commit: (entries) => (commits.push(entries), journal.commit(entries)) },
      anEffect({ key: 'e', action, createdAt: NOW - (given.sinceMs ?? 10_000) }),
    )
    return [ledger.read('revert', planned().key)?.awaitsTurn, commits.length]
  }

  it.each<[string, Parameters<typeof waits>[0], unknown]>([
    ['is told as that after ten seconds', {}, [true, 1]],
    ['is not told of before', { sinceMs: 9_999 }, [undefined, 0]],
    ['is told of once', { before: ({ ledger, planned }) => ledger.append([revertEntry(planned({ awaitsTurn: true }))]) }, [true, 0]],
    ['is the only thing that is told so', { action: { type: 'delete-branch', revertKey: 'k' } }, [undefined, 0]],
  ])('%s', async (_, given, kept) => {
    expect(await waits(given)).toEqual(kept)
  })
})
