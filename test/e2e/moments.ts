import assert from 'node:assert/strict'
import type { Release } from '../../src/domain/release/release.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import type { LedgerStore } from '../../src/ports/ledger.ts'
import type { FaultRule, Faults } from '../../src/simulator/loopback/faults.ts'

/** How far a release and its revert have come: in the cluster, on the forge, in Slack, and in Kedge's own ledger. */
export interface Sights {
  /** The controller has gone back to N. */
  aborted: boolean
  /** Kedge's branches on the forge. */
  branches: number
  pulls: number
  /** The forge has merged the PR. */
  merged: boolean
  cards: number
  /** As the ledger has it; undefined while it has none. */
  release: Release['state'] | undefined
  revert: Revert['state'] | undefined
  /** The ledger knows where the card is. */
  cardKnown: boolean
}

/** What a moment needs of the story it is looked for in; the cluster may be real or a stand-in. */
export interface Scene {
  forge: { faults: Faults }
  slack: { faults: Faults }
  /** What the metrics say of the version that fails, from now on. It is measured until that is bad. */
  measures(says: 'good' | 'bad'): void
  /** Whether Argo CD hears of what comes to the branch; when it does again, also of what came meanwhile. */
  argoCdHears(hears: boolean): Promise<void>
  sights(): Promise<Sights>
  /** Puts a version into Git that will fail. */
  release(): Promise<unknown>
  /** Resolves when the PR is open, and its card says so. */
  pullIsOpen(): Promise<unknown>
  /** A person merges the PR. */
  merge(): Promise<unknown>
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>
  /** Waits for a condition. */
  until(what: string, holds: () => Promise<boolean>): Promise<unknown>
}

/** A phase in which Kedge dies. It is known by what there is and what there is not yet. */
export interface Moment {
  name: string
  /** What must come of it. */
  rule: string
  is: Partial<Sights>
  /** Holds the story there until the process is dead: how fast anything is must not decide whether the moment is met. */
  hold?: (scene: Scene) => unknown
  /** How long a failure has to hold here, so that there is time to kill Kedge before. */
  settleSeconds?: number
  /** It comes after a person has merged the PR. */
  afterMerge?: true
}

/** Where a moment is met on the real Gitea. */
export const giteaNamespaceOf = ({ name }: Pick<Moment, 'name'>): string => `gitea-killed-${name}`

/** From now on nothing gets through any more. */
const SILENCE: FaultRule = { times: 1_000_000, fault: { kind: 'drop-before' } }

/** As GitHub, Gitea and GitLab call them in their paths. */
const PULLS = /\/(pulls|merge_requests)$/
const PULLS_AND_EACH = /\/(pulls|merge_requests)/
const ONE_PULL = /\/(pulls|merge_requests)\/\d+$/

export const MOMENTS: readonly Moment[] = [
  {
    name: 'canary',
    rule: 'during the canary, before any failure, costs nothing',
    is: { aborted: false, release: 'rolling' },
    hold: (scene) => scene.measures('good'),
  },
  {
    name: 'aborted',
    rule: 'after the abort, before it has settled, costs nothing',
    is: { aborted: true, release: 'rolling' },
    settleSeconds: 8,
  },
  {
    name: 'decided',
    rule: 'after the decision, before the branch is pushed, doubles nothing',
    is: { revert: 'planned', branches: 0 },
    hold: ({ forge }) => forge.faults.inject({ ...SILENCE, method: 'POST', path: /git-receive-pack$/ }),
  },
  {
    name: 'pushed',
    rule: 'after the branch is pushed, before the PR is open, adopts the branch',
    is: { branches: 1, pulls: 0 },
    hold: ({ forge }) => forge.faults.inject({ ...SILENCE, method: 'POST', path: PULLS }),
  },
  {
    name: 'pull-opened',
    rule: 'after the PR is open, before Kedge knows it, adopts the PR',
    is: { pulls: 1, revert: 'planned' },
    hold: ({ forge }) =>
      forge.faults.inject({
        method: 'POST',
        path: PULLS,
        fault: { kind: 'drop-after' },
        afterwards: { ...SILENCE, path: PULLS_AND_EACH },
      }),
  },
  {
    name: 'card-posted',
    rule: 'after the card is posted, before Kedge knows it, finds the card again',
    is: { cards: 1, cardKnown: false },
    hold: ({ slack }) => slack.faults.inject({ path: /chat\.postMessage$/, fault: { kind: 'drop-after' }, afterwards: SILENCE }),
  },
  {
    name: 'no-card-yet',
    rule: 'before a card could be posted at all, posts it once',
    is: { revert: 'open', cards: 0 },
    hold: ({ slack }) => slack.faults.inject(SILENCE),
  },
  {
    name: 'merged',
    rule: 'at the merge, before Kedge knows it, still says Restored',
    is: { merged: true, revert: 'open' },
    hold: ({ forge }) => forge.faults.inject({ ...SILENCE, method: 'GET', path: ONE_PULL }),
    afterMerge: true,
  },
  {
    name: 'coming-back',
    rule: 'after the merge, before it has seen N come back, still says Restored',
    is: { revert: 'ended', release: 'failed' },
    hold: (scene) => scene.argoCdHears(false),
    afterMerge: true,
  },
]

/**
 * Plays the story up to a moment, kills Kedge there, and proves from what is left that it was this moment. Nothing is held any more then.
 * @throws AssertionError when the moment had passed before Kedge was dead
 */
export async function killAt(moment: Moment, scene: Scene): Promise<void> {
  try {
    await playUntil(moment, scene)
    await scene.kill()
    assert.partialDeepStrictEqual(await scene.sights(), moment.is)
  } finally {
    scene.forge.faults.clear()
    scene.slack.faults.clear()
    scene.measures('bad')
    await scene.argoCdHears(true)
  }
}

async function playUntil(moment: Moment, scene: Scene): Promise<void> {
  if (moment.afterMerge) {
    await scene.release()
    await scene.pullIsOpen()
    await moment.hold?.(scene)
    await scene.merge()
  } else {
    await moment.hold?.(scene)
    await scene.release()
  }
  await scene.until(`the moment "${moment.name}"`, async () => isAt(moment, await scene.sights()))
}

function isAt({ is }: Moment, sights: Sights): boolean {
  return Object.entries(is).every(([sight, wanted]) => sights[sight as keyof Sights] === wanted)
}

/** What the ledger has of the newest release in a namespace that failed, or of the newest while none has. */
export async function knownOf(store: LedgerStore, namespace: string): Promise<Pick<Sights, 'release' | 'revert' | 'cardKnown'>> {
  const releases = (await store.load('release', { limit: 1_000 }))
    .map(({ document }) => document)
    .filter((one) => one.namespace === namespace)
  const release = releases.find(({ attempts }) => attempts.length > 0) ?? releases[0]
  const [revert] = release?.revertKey ? await store.load('revert', { key: release.revertKey, limit: 1 }) : []
  const [card] = release ? await store.load('card', { key: release.key, limit: 1 }) : []
  return { release: release?.state, revert: revert?.document.state, cardKnown: (card?.document.ref ?? null) !== null }
}
