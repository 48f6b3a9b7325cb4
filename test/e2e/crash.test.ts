import { describe, expect, it } from 'vitest'
import { cards, revertPulls } from '../../src/demo/sights.ts'
import { aborted, branches, cardText, endOf, event, holds, isRestored, openHarbour, PATIENCE_MS, pullIsOpen, serveHealthy, waitFor, type Harbour } from './harbour.ts'

interface Moment {
  title: string
  /** Faults that hold the story at the moment; they end with the process. */
  prepare?: (harbour: Harbour) => void
  comes: (harbour: Harbour) => Promise<unknown>
}

const FOR_EVER = 1_000_000

const MOMENTS: readonly Moment[] = [
  { title: 'during the canary, before any failure, costs nothing', comes: (harbour) => event(harbour, 'release-started') },
  { title: 'after the abort, before it has settled, costs nothing', comes: aborted },
  {
    title: 'after the decision, before the branch is pushed, doubles nothing',
    prepare: ({ world }) => world.github.faults.inject({ method: 'POST', path: /git-receive-pack$/, times: FOR_EVER, fault: { kind: 'drop-before' } }),
    comes: (harbour) => event(harbour, 'revert-planned'),
  },
  {
    title: 'after the branch is pushed, before the PR is open, adopts the branch',
    prepare: ({ world }) => world.github.faults.inject({ method: 'POST', path: /\/pulls$/, times: FOR_EVER, fault: { kind: 'drop-before' } }),
    comes: (harbour) => holds('the branch is pushed', async () => (await branches(harbour)).length === 1),
  },
  {
    title: 'after the PR is open, before Kedge knows it, adopts the PR',
    prepare: ({ world }) => world.github.faults.inject({ method: 'POST', path: /\/pulls$/, fault: { kind: 'drop-after' } }),
    comes: ({ world }) => holds('the PR is open', () => revertPulls(world).length === 1),
  },
  {
    title: 'after the card is posted, before Kedge knows it, finds the card again',
    prepare: ({ world }) => world.slack.faults.inject({ path: /chat\.postMessage$/, fault: { kind: 'drop-after' } }),
    comes: ({ world }) => holds('the card is posted', () => cards(world).length === 1),
  },
  {
    title: 'before a card could be posted at all, posts it once',
    prepare: ({ world }) => world.slack.faults.inject({ times: FOR_EVER, fault: { kind: 'drop-before' } }),
    comes: (harbour) => event(harbour, 'revert-opened'),
  },
  {
    title: 'at the merge, still says Restored',
    async comes(harbour) {
      const pull = await waitFor('the PR is open', () => revertPulls(harbour.world)[0])
      await event(harbour, 'revert-opened')
      await harbour.world.mergePullRequest(pull.number, 'bob')
    },
  },
]

describe('kill -9 of the service', { timeout: 4 * PATIENCE_MS }, () => {
  it.each(MOMENTS)('$title', async ({ prepare, comes }) => {
    await using harbour = await openHarbour()
    const { world } = harbour
    world.scriptMetric([0.97, 0.93, 0.91])
    const first = await serveHealthy(harbour)
    prepare?.(harbour)
    await world.commitImage('v1.8.0', 'alice', { approvedBy: 'bob' })
    await comes(harbour)
    await first.kill9()
    world.github.faults.clear()
    world.slack.faults.clear()

    const second = await harbour.serve()
    const pull = await pullIsOpen(harbour)
    if (!pull.merged) await world.mergePullRequest(pull.number, 'bob')
    await isRestored(harbour, second)
    expect(cardText(harbour)).toContain('restored')
    expect(await endOf(harbour, second)).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })
})
