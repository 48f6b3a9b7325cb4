import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plain } from '../../../src/domain/application/applied.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { AT, burning, FLAGS as BURNED } from '../../domain/an-attempt.ts'
import { anAlert } from '../../domain/release/a-look.ts'
import { SOURCE } from '../../simulation/flags-stage.ts'
import { aFlagSync, ALERT, FLAG, HOUR, unique, type Given } from './a-flag-sync.ts'

let origin: Origin
beforeAll(async () => {
  origin = await createOrigin({ filters: false })
})
afterAll(() => origin[Symbol.asyncDispose]())

const aDesk = (given: Given = {}) => aFlagSync(origin, given)

describe('a sync that changed flags alone', () => {
  it('is what an alert may name that began soon after it, once Git has been asked', async () => {
    const { flags, pass, asked, syncs } = aDesk()
    expect([flags.of(pass())(ALERT), flags.isDue(pass()), flags.dueAt(pass())]).toEqual([undefined, true, undefined])
    const [sync, before] = syncs
    const found = { sync, before: before && plain(before), appliedAt: AT, files: [FLAG] }
    expect(await asked()).toMatchObject({ isAsked: true, found: [found] })
    expect([flags.isDue(pass()), flags.dueAt(pass())]).toEqual([false, undefined])
    expect(await asked()).toEqual({ isAsked: false, found: [found], opened: 0 })
    expect(flags.of(pass({ alerts: [] }))(ALERT)).toBeUndefined()
  })

  it('may be older than one that changed nothing of the Application', async () => {
    const { asked, syncs } = aDesk({
      commits: [[{ [FLAG]: 'on' }], [{ 'other/readme': unique() }]],
      policy: { bakeMs: 3 * HOUR },
    })
    const { found } = await asked()
    expect(found).toMatchObject([{ sync: syncs[1], appliedAt: AT - HOUR }])
  })

  it.each<[string, Given, boolean]>([
    ['of as many files as a person looks through', { files: 50 }, true],
    ['of more files than a person looks through', { files: 51 }, false],
    ['of as many commits', { count: 100 }, true],
    ['of more commits', { count: 101 }, false],
    ['beside another file of the Application', { commits: [[{ [FLAG]: 'on', 'apps/web/rollout.yaml': 'other' }]] }, false],
    ['that were put back on the way', { commits: [[{ [FLAG]: 'on' }, { [FLAG]: 'off' }]] }, false],
    [
      'with the parameters of the Application',
      { change: (app) => app.change({ sources: [{ ...SOURCE, directory: { recurse: true, exclude: 'x' } }] }) },
      false,
    ],
    ['at the moment when the alert began', { alerts: [anAlert({ beganAt: AT + 5_000 })] }, false],
  ])('is told %s, as it is one or is none', async (_, given, isOne) => {
    const { asked } = aDesk(given)
    const { isAsked, found } = await asked()
    expect([isAsked, found.map((one) => one !== undefined)]).toEqual([true, [isOne]])
  })

  it.each<[string, Given]>([
    ['goes back to an older commit', { commits: [[{ [FLAG]: 'on' }], []], last: 'first' }],
    ['is of a commit that nobody has', { commits: [[]], last: 'unknown' }],
    ['follows one of a commit that nobody has', { commits: [[], [{ [FLAG]: 'on' }]], last: 'unknown' }],
    [
      'is of an Application that reads several branches',
      { change: (app) => app.change({ sources: [SOURCE, { ...SOURCE, targetRevision: 'next' }], multi: true }) },
    ],
  ])('is none that %s', async (_, given) => {
    expect((await aDesk(given).asked()).found).toEqual([undefined])
  })

  it('is one by any of the globs that the policy names', async () => {
    expect((await aDesk({ policy: { flags: ['none/**', 'apps/*/flags/**'] } }).asked()).found).toMatchObject([{ files: [FLAG] }])
  })

  it('is asked about anew once Argo CD tells of another sync before it', async () => {
    const { flags, pass, asked, syncs } = aDesk()
    await asked()
    const [newest, before] = syncs
    expect(flags.isDue(pass({ observation: { syncs: [newest, { ...before, revisions: ['other'] }] as never } }))).toBe(true)
    expect(flags.isDue(pass())).toBe(false)
  })

  it('is none that is not in the history', async () => {
    const back = aDesk({ commits: [[{ [FLAG]: 'on' }]] })
    const [newest, before] = back.syncs
    const unknown = [newest, { ...before, endedAt: 7 }] as never
    expect((await back.asked({ observation: { syncs: unknown } })).found).toEqual([undefined])
  })
})

describe('Git is asked nothing', () => {
  const other = aRelease({ key: 'r' })
  it.each<[string, Given]>([
    ['where the policy names no flags', { policy: { flags: [] } }],
    ['where nothing bakes', { policy: { bakeMs: 0 } }],
    ['of a Rollout that is gone', { look: { rollout: undefined } }],
    ['where it is not known whose it is', { look: { applications: [] } }],
    ['where nobody is asked for alerts', { observation: { alerts: undefined } }],
    ['while a release is under way', { observation: { open: [other] } }],
    ['while a change of flags is followed', { observation: { flags: { releases: [burning(BURNED, { cause: 'undone' })] } } }],
    ['of an alert that began before the sync', { alerts: [anAlert({ beganAt: AT })] }],
    ['of an alert that began after the window', { alerts: [anAlert({ beganAt: AT + HOUR + 1 })] }],
    ['of an alert that somebody has silenced', { alerts: [anAlert({ beganAt: AT + 60_000, state: 'silenced' })] }],
    ['of a sync that runs still', { observation: { syncs: [{ application: 'a', revisions: [], startedAt: AT, endedAt: undefined }] } }],
  ])('%s', async (_, given) => {
    const { asked, flags, pass } = aDesk(given)
    expect(flags.isDue(pass())).toBe(false)
    const { isAsked, opened } = await asked()
    expect([isAsked, opened]).toEqual([false, 0])
  })

  it.each<[string, Given]>([
    ['of an alert at the end of the window', { alerts: [anAlert({ beganAt: AT + HOUR })] }],
    ['once flags burn no more', { observation: { flags: { releases: [burning(BURNED, { state: 'ended', outcome: 'restored' })] } } }],
  ])('— but %s', (_, given) => {
    const { flags, pass } = aDesk(given)
    expect(flags.isDue(pass())).toBe(true)
  })
})

describe('what Git does not answer', () => {
  const away = new KedgeError('E_GIT_UNREACHABLE', 'away')

  it('is unknown for half a minute, and asked again', async () => {
    const { flags, pass, asked, wait, faults } = aDesk({ fault: away })
    await wait(1_000)
    expect(await asked()).toMatchObject({ isAsked: true, found: [undefined] })
    expect([flags.isDue(pass()), flags.dueAt(pass())]).toEqual([false, 31_000])
    await wait(29_999)
    expect(flags.isDue(pass())).toBe(false)
    await wait(1)
    expect([flags.isDue(pass()), flags.dueAt(pass())]).toEqual([true, undefined])
    faults.now = undefined
    expect((await asked()).found).toMatchObject([{ files: [FLAG] }])
  })

  it('is none for good where it never will', async () => {
    const { flags, pass, asked } = aDesk({ fault: new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'No.') })
    expect((await asked()).found).toEqual([undefined])
    expect([flags.isDue(pass()), flags.dueAt(pass())]).toEqual([false, undefined])
  })

  it('is a fault where that is one of Kedge', async () => {
    await expect(aDesk({ fault: new Error('bug') }).asked()).rejects.toThrow('bug')
  })

  it('is asked once for all alerts in the same windows, and no more once nobody asks, or the Rollout is gone', async () => {
    const { flags, pass, asked, wait } = aDesk({ fault: away })
    const alike = anAlert({ fingerprint: 'g', beganAt: AT + 70_000 })
    const early = anAlert({ fingerprint: 'h', beganAt: AT + 1_000 })
    const both = { alerts: [ALERT, alike] }
    expect((await asked(both)).opened).toBe(1)
    await wait(10_000)
    expect((await asked({ alerts: [ALERT, early] })).opened).toBe(1)
    expect(flags.dueAt(pass({ alerts: [early, ALERT] }))).toBe(30_000)
    await asked({ alerts: [early] })
    expect(flags.isDue(pass({ alerts: [early] }))).toBe(false)
    expect(flags.isDue(pass(both))).toBe(true)
    expect((await asked({ alerts: [ALERT] })).isAsked).toBe(true)
    expect(flags.isDue(pass({ alerts: [early] }))).toBe(true)
    flags.forget('east/shop/web')
    expect(flags.isDue(pass({ alerts: [ALERT] }))).toBe(true)
  })
})
