import { describe, expect, it } from 'vitest'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createHints, type Hints } from '../../../src/reconcile/loop/hints.ts'
import { anEffect, aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aRollout } from '../../http/fleet-fixture.ts'
import { applicationOf } from '../../http/large-fleet.ts'
import { aCluster, aWorld } from '../a-world.ts'

/** What of these effects is hastened, and what is looked at again. */
async function after(hint: (hints: Hints) => void) {
  const application = { ...applicationOf(aRollout({ name: 'web' })), rollouts: ['shop/web', 'shop/api'] }
  const asked: string[] = []
  const alerts = { hint: () => void asked.push('alerts') } as unknown as Environment['alerts']
  const views = [{ ...aCluster('east', ['web', 'api']), application: () => application }]
  const { environment, put } = await aWorld({}, { views, alerts })
  await put(
    ...['web', 'api', 'other'].map((rollout) => releaseEntry(aRelease({ key: rollout, rollout }))),
    revertEntry(aRevert({ key: 'v', releases: ['other', 'web'] })),
  )
  const effects = [
    ...['web', 'api', 'other'].map((releaseKey) => anEffect({ key: releaseKey, action: { type: 'trace-release', releaseKey } })),
    anEffect({ key: 'revert', action: { type: 'open-revert', revertKey: 'v' } }),
  ]
  const looks: (readonly string[])[] = []
  const hastened: (readonly [readonly string[], number])[] = []
  hint(
    createHints(environment, {
      lookAgain: (keys) => void looks.push(keys),
      hasten: (isMeant, gapMs) => void hastened.push([effects.filter(isMeant).map(({ key }) => key), gapMs]),
    }),
  )
  return { looks, hastened, asked }
}

describe('a hint', () => {
  it.each<[string, (hints: Hints) => void, readonly string[], readonly string[], number]>([
    ['of a Rollout', (hints) => hints.enqueue('east/shop/web'), ['east/shop/web'], ['web', 'revert'], 1_000],
    ['of a person who has repaired something', (hints) => hints.retry('east/shop/api'), ['east/shop/api'], ['api'], 0],
    [
      'of an Application',
      (hints) => hints.enqueueApplication('argocd', 'web'),
      ['east/shop/web', 'east/shop/api'],
      ['web', 'api', 'revert'],
      1_000,
    ],
    [
      'of a repository',
      (hints) => hints.enqueueRepository('https://github.com/acme/shop'),
      ['east/shop/other', 'east/shop/web'],
      ['web', 'other', 'revert'],
      1_000,
    ],
  ])('%s has it looked at again, and hastens what waits for it', async (_, hint, ...[looks, hastened, gapMs]) => {
    expect(await after(hint)).toEqual({ looks: [looks], hastened: [[hastened, gapMs]], asked: [] })
  })

  it('of an alert has the alerts asked for', async () => {
    expect(await after((hints) => hints.enqueueAlerts())).toEqual({ looks: [], hastened: [], asked: ['alerts'] })
  })
})
