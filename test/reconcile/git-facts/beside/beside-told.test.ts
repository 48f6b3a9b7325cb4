import { expect, it } from 'vitest'
import { rolloutsBeside } from '../../../../src/reconcile/git-facts/beside/beside.ts'
import { aReplicaSet } from '../../../domain/release/a-look.ts'
import { anApplication } from '../../an-application.ts'
import { openAt, row, template, type At, type Given, type Question } from './some-neighbours.ts'

const RUNS = aReplicaSet('abc', 2).images

it.for<readonly [what: string, at: At, told: object | undefined]>([
  ['it changes', row('a', 'b', 'b', 'a'), { isKnown: true, images: [{ before: 'b', after: 'a' }] }],
  ['it stays', row('a', 'a', 'a', 'a'), undefined],
  [
    'the revert cannot be rendered yet, and N is another',
    row('a', 'b', 'b', '?unpublished'),
    { isKnown: true, images: [{ before: 'b', after: 'a' }] },
  ],
  ['the revert cannot be rendered yet, and N is the same', row('b', 'b', 'b', '?unpublished'), undefined],
  ['the revert is not rendered', row('a', 'b', 'b', '?failed'), { isKnown: false, images: [] }],
  ['the head is not', row('a', 'b', '?failed', 'a'), { isKnown: false, images: [] }],
  ['it comes', row('a', '?absent', '?absent', 'a'), { isKnown: true, images: [] }],
  ['it goes', row('?absent', 'a', 'a', '?absent'), { isKnown: true, images: [] }],
  ['it is nowhere', row('?absent', '?absent', '?absent', '?absent'), undefined],
])('another Rollout is told where %s', async ([, at, told]) => {
  const { beside } = openAt({ rollouts: { worker: at } })
  const rollouts = await beside.rollouts(new Set(['shop/web', 'shop/worker']), 'rendering')
  expect(rollouts).toMatchObject(told ? [{ name: 'shop/worker', isBack: false, runs: RUNS, ...told }] : [])
  expect(rollouts).toHaveLength(told ? 1 : 0)
})

it('of more than ten other Rollouts, and where files have to do, it is not known', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `r${at}`)
  const { beside } = openAt({ rollouts: Object.fromEntries(names.map((name) => [name, row('a', 'b', 'b', 'a')])) })
  const known = async (by: 'rendering' | 'files'): Promise<readonly boolean[]> =>
    (await beside.rollouts(new Set(names.map((name) => `shop/${name}`)), by)).map(({ isKnown }) => isKnown)
  expect(await known('rendering')).toEqual(names.map((_, at) => at < 10))
  expect(await known('files')).toEqual(names.map(() => false))
  expect((await beside.rollouts(new Set(['shop/none']), 'files'))[0]).toEqual({
    name: 'shop/none',
    isKnown: false,
    images: [],
    isBack: false,
    runs: [],
  })
})

it.for<readonly [what: string, name: string, revert: string, live: Question['renderings']['live'], isBack: boolean]>([
  ['runs that already', 'worker', 'a', async () => ({ template: template('a'), ephemeralMetadata: undefined }), true],
  ['runs another', 'worker', 'a', async () => ({ template: template('b'), ephemeralMetadata: undefined }), false],
  ['has nothing that runs', 'none', 'a', async () => ({ template: template('a'), ephemeralMetadata: undefined }), false],
  ['is gone by then', 'worker', '?absent', async () => ({ template: template('a'), ephemeralMetadata: undefined }), false],
  ['has lost it', 'worker', 'a', async () => undefined, false],
  ['may not be read', 'worker', 'a', async () => 'forbidden', false],
  ['cannot be asked', 'worker', 'a', () => Promise.reject(new Error('no')), false],
])('another Rollout is back where it %s', async ([, name, revert, live, isBack]) => {
  const { beside } = openAt({ rollouts: { [name]: row('a', 'b', 'b', revert) }, live })
  expect(await beside.rollouts(new Set([`shop/${name}`]), 'rendering')).toMatchObject([{ isBack }])
})

const never = Promise.withResolvers<never>().promise
const named = (otherApplications: readonly string[], untoldApplications: readonly string[] = []) => ({
  otherApplications: otherApplications.map((name) => `argocd/${name}`),
  untoldApplications: untoldApplications.map((name) => `argocd/${name}`),
})

it.for<readonly [what: string, at: At, told: ReturnType<typeof named>]>([
  ['changes', row('a', 'b', 'b', 'a'), named(['x'])],
  ['stays', row('a', 'a', 'a', 'a'), named([])],
  ['stays, but for what nobody is shown now', row('a', 'a', 'a!', 'a'), named([], ['x'])],
  ['stays, but for what nobody is shown then', row('a', 'a', 'a', 'a!'), named([], ['x'])],
  ['may change, as the revert cannot be rendered yet', row('a', 'a', 'a', '?unpublished'), named(['x'])],
  ['is not told of the revert', row('a', 'a', 'a', '?failed'), named([], ['x'])],
  ['is not told of the head', row('a', 'a', '?failed', 'a'), named([], ['x'])],
])('another Application that %s', async ([, at, told]) => {
  const { beside } = openAt({ applications: { x: at } })
  expect(await beside.applications()).toEqual(told)
})

it('other Applications are named in order, beside those of which it cannot be told; of more than fifty it is not told', async () => {
  const changing = row('a', 'b', 'b', 'a')
  const failing = row('a', 'b', 'b', '?failed')
  const { beside } = openAt({ applications: { y: changing, x: changing, u: failing, t: changing }, untold: ['t'] })
  expect(await beside.applications()).toEqual(named(['x', 'y'], ['t', 'u']))
  const names = Array.from({ length: 51 }, (_, at) => `x${at + 10}`)
  const many = await openAt({ applications: Object.fromEntries(names.map((name) => [name, changing])) }).beside.applications()
  expect(many).toEqual(named(names.slice(0, 50), names.slice(50)))
})

it('what other Applications render is waited for a second', async () => {
  const { beside, clock } = openAt({ applications: { x: { ...row('a', 'b', 'b', 'a'), revert: never }, y: row('a', 'b', 'b', 'a') } })
  const told = beside.applications()
  // All that answers has done so by then.
  await new Promise((resolve) => void setImmediate(resolve))
  await clock.advanceTo(1_000, async () => undefined)
  expect(await told).toEqual(named(['y'], ['x']))
})

it('once it is pushed, the head is asked about beside the revert', async () => {
  for (const pushed of [true, false]) {
    const { beside, asked, clock } = openAt({ applications: { x: { ...row('a', 'b', 'b', 'a'), revert: never } }, pushed })
    const told = beside.applications()
    await clock.advanceTo(1_000, async () => undefined)
    await told
    expect(asked.toSorted()).toEqual(pushed ? ['x head', 'x revert'] : ['x revert'])
  }
})

const UNKNOWN = 'would change as well, and is not known to be as the release left it'
const OWN = row('a', 'b', 'b', 'a')
const KEPT = { web: OWN }

/** Who has built upon the release, of these Rollouts and Applications, all of which would change. */
async function builtUpon(given: Partial<Given> & { isKnown?: boolean; isRendered?: boolean }): Promise<string | undefined> {
  const { beside } = openAt({ ...given, rollouts: { ...KEPT, ...given.rollouts } })
  const names = Object.keys(given.rollouts ?? {}).filter((name) => name !== 'web')
  const rollouts = names.map((name) => ({ name: `shop/${name}`, isKnown: given.isKnown ?? true, images: [], isBack: false, runs: [] }))
  const untold = (given.untold ?? []).map((name) => `argocd/${name}`)
  const others = Object.keys(given.applications ?? {}).filter((name) => name !== 'web' && name !== 'same')
  const applications = {
    otherApplications: others.map((name) => `argocd/${name}`).filter((name) => !untold.includes(name)),
    untoldApplications: untold,
  }
  return beside.builtUpon({ rollouts, applications, staying: [] }, given.isRendered ?? true)
}

const LEFT = row('a', 'b', 'b', 'a')
const MOVED = row('a', 'b', 'c', 'a')
const eleven = (at: At): Readonly<Record<string, At>> => Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`n${index}`, at]))

it.for<readonly [what: string, given: Parameters<typeof builtUpon>[0], why: string | undefined]>([
  ['nobody else', {}, undefined],
  ['a Rollout that is as the release left it', { rollouts: { worker: LEFT } }, undefined],
  [
    'a Rollout that is not',
    { rollouts: { worker: MOVED } },
    'the Rollout shop/worker would change as well, and is not as the release left it',
  ],
  [
    'the second of two',
    { rollouts: { cron: LEFT, worker: MOVED } },
    'the Rollout shop/worker would change as well, and is not as the release left it',
  ],
  ['a Rollout of which it is not known', { rollouts: { worker: LEFT }, isKnown: false }, `the Rollout shop/worker ${UNKNOWN}`],
  ['an eleventh Rollout', { rollouts: eleven(LEFT) }, `the Rollout shop/n10 ${UNKNOWN}`],
  ['an Application that is as the release left it', { applications: { x: LEFT } }, undefined],
  [
    'an Application that is not',
    { applications: { x: MOVED } },
    'the Service shop/x of the Application argocd/x, which shares the files, would change as well, and is not as the release left it',
  ],
  [
    'an Application of which it cannot be told whether it shares the files',
    { applications: { x: MOVED }, untold: ['x'] },
    'the Service shop/x of the Application argocd/x, which shares the files, would change as well, and is not as the release left it',
  ],
  ['an Application that stays', { applications: { same: MOVED } }, undefined],
  ['an eleventh Application', { applications: eleven(LEFT) }, `the Application argocd/n10, which shares the files, ${UNKNOWN}`],
  [
    'something else of its own Application',
    { rollouts: { web: row('a/1', 'b/2', 'b/3', 'a/1') }, applications: { web: MOVED } },
    'the Service shop/x of the Application argocd/web would change as well, and is not as the release left it',
  ],
  [
    'another Application’s Rollout of that name',
    { applications: { x: row('a.1', 'a.2', 'a.3', 'a.1') } },
    'the Rollout shop/web of the Application argocd/x, which shares the files, would change as well, and is not as the release left it',
  ],
  [
    'its own Rollout alone, which goes back by itself',
    { rollouts: { web: row('a/1', 'b/2', 'b/3', 'a/1') }, applications: { web: row('a.1', 'a.2', 'a.3', 'a.1') } },
    undefined,
  ],
  ['something else, as it left it', { rollouts: { web: row('a/1', 'b/2', 'b/2', 'a/1') }, applications: { web: LEFT } }, undefined],
  [
    'what is not told of its own Application',
    { rollouts: { web: row('a', '?failed', 'b', 'a') }, applications: { web: row('a', '?failed', 'b', 'a') } },
    `the Application argocd/web ${UNKNOWN}`,
  ],
  [
    'what is told of neither',
    { rollouts: { web: row('?failed', '?failed', 'b', 'a') }, applications: { web: row('?failed', '?failed', 'b', 'a') } },
    `the Application argocd/web ${UNKNOWN}`,
  ],
  ['what is not rendered yet', { rollouts: { web: row('a', 'b', 'b/3', '?unpublished') }, isRendered: false }, undefined],
])('who may have been built upon a release: %s', async ([, given, why]) => {
  expect(await builtUpon(given)).toBe(why)
})

it('all Rollouts that a revert may change are named: of the files, the Application, N, and the head', () => {
  const { question } = openAt({})
  const asked = { ...question, application: anApplication([{}], { rollouts: ['shop/web'], formerRollouts: ['shop/former'] }) }
  const of = (versions: object) => [...rolloutsBeside(asked, ['shop/file'], versions as Parameters<typeof rolloutsBeside>[2])]
  const head = { rollouts: ['shop/new'] }
  const before = { rollout: { rollouts: ['shop/n'] } }
  expect(of({ by: 'rendering', before, head })).toEqual(['shop/file', 'shop/web', 'shop/former', 'shop/n', 'shop/new'])
  expect(of({ by: 'files', before, head })).toEqual(['shop/file', 'shop/web', 'shop/former'])
})
