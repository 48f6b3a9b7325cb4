import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { Ledger } from '../../../src/ports/ledger.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { leftToLead, ownerOfCommand, ownerOfEffect } from '../../../src/reconcile/loop/owners.ts'
import { tellLeft } from '../../../src/reconcile/record/left-clusters.ts'
import { anEffect, aRelease, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { rememberLog } from '../../remember-log.ts'

/** A process that watches these; the first has the Applications. */
function watching(ledger: Ledger, ...clusters: readonly string[]) {
  const views = clusters.map((cluster) => ({ cluster }) as ClusterView)
  const [applications = { cluster: '' } as ClusterView] = views
  return { ledger, views, applications }
}

/** An effect of a release of `west` is pending, and a PR is open for one of `gone`. */
async function createLeft(): Promise<Ledger> {
  const ledger = await openLedger(createMemoryLedger({ clock: { now: () => 0 } }))
  const revert = aRevert({ key: 'v1', releases: ['r2'] })
  await ledger.append([
    releaseEntry(aRelease({ key: 'r1', cluster: 'west' })),
    effectEntry(anEffect({ key: 'e1', action: { type: 'trace-release', releaseKey: 'r1' } })),
    releaseEntry(aRelease({ key: 'r2', cluster: 'gone', revertKey: 'v1' })),
    revertEntry(revert),
  ])
  return ledger
}

describe('what is left of a cluster, while the configuration that removes it is rolled out', () => {
  it('has its effects with the same leader, whoever watches it', async () => {
    const ledger = await createLeft()
    const [effect] = ledger.pendingEffects()
    const known = [watching(ledger, 'hub', 'west'), watching(ledger, 'hub')]
    expect(known.map((one) => effect && ownerOfEffect(one, effect))).toEqual(['west', 'west'])
    const forgotten = anEffect({ key: 'e', action: { type: 'delete-branch', revertKey: 'forgotten' } })
    expect(known.map((one) => ownerOfEffect(one, forgotten))).toEqual(['hub', 'hub'])
  })

  it('is to be led by somebody for as long as there is something to be done', async () => {
    const ledger = await createLeft()
    expect([leftToLead(watching(ledger, 'hub')), leftToLead(watching(ledger, 'hub', 'west', 'gone'))]).toEqual([['west', 'gone'], []])
    await ledger.append([effectEntry(anEffect({ key: 'e1', action: { type: 'trace-release', releaseKey: 'r1' }, state: 'done' }))])
    expect(leftToLead(watching(ledger, 'hub'))).toEqual(['gone'])
  })

  it('has what people want of it done where somebody leads it, and else by the leader of the Applications', async () => {
    const ledger = await createLeft()
    const known = watching(ledger, 'hub')
    const adopt = { type: 'adopt', by: 'alice' } as const
    expect(ownerOfCommand(known, { ...adopt, release: 'r1' })).toBe('west')
    expect(ownerOfCommand(known, { ...adopt, release: 'nowhere' })).toBe('hub')
    expect(ownerOfCommand(known, { type: 'retry', rollout: 'other/shop/web' })).toBe('hub')
    await ledger.append([
      { kind: 'quarantine', key: 'q1', event: 'quarantine-begun', document: aQuarantine({ key: 'q1', cluster: 'west' }) },
    ])
    expect(ownerOfCommand(known, { type: 'lift', quarantine: 'q1', by: 'alice', reason: 'fixed' })).toBe('west')
    const both = watching(await openLedger(createMemoryLedger({ clock: { now: () => 0 } })), 'hub', 'east')
    expect(['east/shop/web', 'west/shop/web'].map((rollout) => ownerOfCommand(both, { type: 'retry', rollout }))).toEqual(['east', 'hub'])
  })

  it('is told by its leader alone', async () => {
    const ledger = await createLeft()
    const { logger, lines } = rememberLog()
    const known = { ...watching(ledger, 'hub'), logger }
    for (const led of ['hub', 'west', 'gone']) tellLeft(known, (cluster) => cluster === led)
    expect(lines).toMatchObject([{ level: 'warn', fields: { cluster: 'gone' } }])
  })
})
