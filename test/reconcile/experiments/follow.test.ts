import { describe, expect, it } from 'vitest'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/release/a-look.ts'
import { NOW } from '../../http/fleet-fixture.ts'
import { aKnown, decided, ended, failed } from './a-known.ts'
import { aMerged } from './a-merged.ts'
import { anExperiment } from './a-place.ts'

const REPO = 'https://github.com/acme/shop.git'
const DAY = 24 * 3_600_000
const SECOND = 1_000

/** One with a PR that is open at the forge. */
async function aPullRequest() {
  const revert = { repoURL: REPO, pullRequest: null }
  const made = await aKnown({ release: decided('notify', NOW), revert }, { isOwned: false })
  const number = await made.forges.openByHuman(REPO, { branch: 'b', base: 'main', title: '', body: '', author: 'kedge' })
  const opened = (key: string): Revert =>
    aRevert({ key, releases: [key === 'k' ? 'r' : 'r2'], repoURL: REPO, pullRequest: { number, url: 'u' } })
  await made.ledger.append([revertEntry(opened('k'))])
  return { ...made, number, opened }
}

describe('a failed Experiment is followed', () => {
  it('by a decision, and again in half a minute', async () => {
    const { follow, ledger } = await aKnown({}, { isOwned: false })
    expect(await follow()).toBe(30 * SECOND)
    expect(ledger.read('release', 'r')?.decision).toMatchObject({ action: 'notify' })
  })

  it('not where nobody follows it', async () => {
    const { follow, ledger } = await aKnown({ policy: { mode: 'notify' } })
    expect(await follow()).toBeUndefined()
    expect(ledger.read('release', 'r')?.decision).toBeNull()
  })

  it('by its PR, which the forge is asked about every half a minute, however often it is followed', async () => {
    const { follow, wait, asked } = await aPullRequest()
    expect([await follow(), asked.length]).toEqual([30 * SECOND, 1])
    await wait(10 * SECOND)
    expect([await follow(), asked.length]).toEqual([20 * SECOND, 1])
    await wait(20 * SECOND)
    expect([await follow(), asked.length]).toEqual([30 * SECOND, 2])
  })

  it('at once where somebody hints, though it was looked at in the meantime, and where the object is gone, too', async () => {
    const { follow, look, hint, asked, now } = await aPullRequest()
    await follow()
    now.experiments = []
    await look()
    await follow()
    expect(asked).toHaveLength(2)
    hint()
    await look()
    await follow()
    expect(asked).toHaveLength(3)
  })

  it('once for a hint', async () => {
    const { look, follow } = await aKnown(
      { revert: { ...ended('declined', NOW - DAY), pullRequest: null }, release: decided('notify', NOW), isHinted: true },
      { isOwned: false },
    )
    expect(await look()).toMatchObject({ follows: true })
    await follow()
    expect(await look()).toMatchObject({ follows: false })
  })

  it('not for a hint of one that was gone by then, where another comes by its name', async () => {
    const { look, hint, now, ledger } = await aKnown({ release: { state: 'ended', outcome: 'gone' } }, { experiments: [], isOwned: false })
    hint()
    await look()
    now.experiments = [anExperiment()]
    const again = failed({ key: 'r2', revertKey: 'k2', ...decided('notify', NOW) })
    const revert = aRevert({ key: 'k2', releases: ['r2'], pullRequest: null, ...ended('declined', NOW - DAY) })
    await ledger.append([releaseEntry(again), revertEntry(revert)])
    expect(await look()).toMatchObject({ follows: false })
  })

  it('as soon as the first of several is due', async () => {
    const second = failed({ key: 'r2', uid: 'experiment-0', revertKey: 'k2', ...decided('notify', NOW) })
    const { follow, wait, asked, ledger, opened } = await aPullRequest()
    await ledger.append([releaseEntry(second), revertEntry(opened('k2'))])
    await follow()
    await wait(10 * SECOND)
    // Something new is known of the one that comes first.
    const [first] = ledger.releasesOf({ cluster: 'east', namespace: 'shop', name: 'experiment:web-ab' })
    await ledger.append([releaseEntry({ ...first!, attempts: [anAttempt(), anAttempt({ key: 'b' })] })])
    expect([await follow(), asked.length]).toEqual([20 * SECOND, 3])
  })

  it.each([
    ['merge', 'restored'],
    ['other', 'open'],
  ])('until a sync has taken it back: by the newest of %j, it is %s', async (newest, outcome) => {
    const { follow } = await aMerged()
    expect(await follow({ newest })).toBe(outcome)
  })
})
