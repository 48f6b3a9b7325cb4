import { expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Version } from '../../../src/domain/release/version.ts'
import type { Renderer } from '../../../src/ports/renderer.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { askGit, questionOf, type Given } from '../../../src/reconcile/git-facts/ask-git.ts'
import type { SourceQuestion } from '../../../src/reconcile/git-facts/question/question.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { sha } from '../../contract/git/origin.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { aBurnedRelease, aLook, applied, aReplicaSet, aRollout } from '../../domain/release/a-look.ts'
import { aView } from '../../http/fleet-fixture.ts'
import { aPass } from '../a-case.ts'
import { anApplication } from '../an-application.ts'
import { anEnvironment, known } from '../an-environment.ts'

const APPLICATION = anApplication([{}])
const PUSHED = sha('c'.repeat(40))
const SETS = [aReplicaSet('old', 1), aReplicaSet('abc', 2)]

/** What is remembered of N, and what else a test says. */
interface Story {
  readonly look?: Partial<Look>
  readonly remembered?: Partial<Version>
  readonly release?: Partial<Release>
  readonly past?: readonly Release[]
  readonly given?: Given
  readonly environment?: Partial<Environment>
  readonly reverts?: readonly ReturnType<typeof aRevert>[]
}

/** The look at a Rollout of one Application, at which a question is put. */
function lookOf({ look, remembered, past = [] }: Story): Look {
  const version = (hash: string): Version | undefined => (hash === 'old' ? (remembered as Version | undefined) : undefined)
  const observation = aLook({}, { replicaSets: SETS, past, version })
  return { ...aPass({ applications: [APPLICATION], observation, rollout: observation.rollout, ...look }).look }
}

async function asked(story: Story = {}): Promise<SourceQuestion & { environment: Environment }> {
  const { environment } = await anEnvironment(
    (story.reverts ?? []).map((revert) => known('revert', revert)),
    story.environment,
  )
  const question = questionOf(environment, lookOf(story), aRelease({ key: 'r', ...story.release }), story.given ?? {})
  if (!question) throw new Error('nothing is asked')
  return { ...question, environment }
}

const other = (name: string): ApplicationSnapshot => anApplication([{}], { name })
const FLAGS = { attempts: aBurnedRelease({ flags: ['apps/web/flags.yaml'] }).attempts }

it.each<[string, readonly ApplicationSnapshot[]]>([
  ['none applies the Rollout', []],
  ['two apply it', [APPLICATION, other('shop')]],
])('Git is not asked where no one Application says which repository to ask: %s', async (_, applications) => {
  const { environment } = await anEnvironment()
  expect(await askGit(environment, lookOf({ look: { applications } }), aRelease({ key: 'r' }))).toBeNull()
})

it.each<[string, Partial<Release>, string]>([
  ['flags as flags', FLAGS, 'flags are looked for in one alone'],
  ['an Experiment as an Experiment', { rollout: 'experiment:web-ab' }, 'an Experiment is looked for in one folder'],
  ['any other as a release', {}, 'there is no Git commit to revert'],
])('asks of %s', async (_, fields, reason) => {
  const { environment } = await anEnvironment()
  const look = lookOf({ look: { applications: [anApplication([])] } })
  const facts = await askGit(environment, look, aRelease({ key: 'r', ...fields }))
  expect(facts?.refusal).toEqual({ check: 'P3', reason: expect.stringContaining(reason) })
})

it('puts the question as it is seen from the look, with nothing that was not given', async () => {
  const past = [aRelease({ key: 'former' })]
  const { environment, renderings: _, stableOf, revertOf, spellingsOf, wasAway, ...question } = await asked({ past })
  expect(question).toEqual({
    repositories: environment.repositories,
    application: APPLICATION,
    applications: [],
    pushed: undefined,
    isLate: false,
    release: aRelease({ key: 'r' }),
    replicaSets: SETS,
    failing: SETS[1],
    stable: SETS[0],
    madeByHand: false,
    workloadRef: undefined,
    seenAsAsked: false,
    others: past,
    opened: [],
    goesByFiles: false,
    digest: environment.digest,
    commitsFor: environment.commitsFor,
    renderer: environment.renderer,
    clock: environment.clock,
  })
  expect([stableOf('shop/web'), revertOf('x'), spellingsOf('x'), wasAway()]).toEqual([undefined, undefined, [], false])
})

it('passes on what the delivery knows besides, and asks who renders for it', async () => {
  const rendered: string[] = []
  const renderer: Renderer = {
    digest: async () => ({ result: 'unknown', why: 'unsupported', detail: '' }),
    async render({ revisions, rollout }) {
      rendered.push(`${rollout.namespace}/${rollout.name} ${revisions.join(' ')}`)
      return { result: 'unknown', why: 'unsupported', detail: 'by the given one' }
    },
  }
  const given: Given = { pushed: PUSHED, isLate: true, goesByFiles: true, wasAway: () => true, renderer }
  const question = await asked({ given })
  expect(question).toMatchObject({ pushed: PUSHED, isLate: true, goesByFiles: true, renderer })
  expect(question.wasAway()).toBe(true)
  expect(await question.renderings.at(['c1'])).toMatchObject({ detail: 'by the given one' })
  expect(rendered).toEqual(['shop/web c1'])
})

it('reads the templates where the Rollout runs, and knows all Applications there are', async () => {
  const template = { template: 'sealed' } as unknown as Awaited<ReturnType<Look['view']['template']>>
  const view = { ...aView('east', { rollouts: [] }), template: async () => template }
  const applications = { ...view, applications: () => [APPLICATION, other('shop')] }
  const question = await asked({ look: { view }, environment: { applications } })
  expect(await question.renderings.live(aReplicaSet('old', 1, { uid: 'n' }))).toBe(template)
  expect([...question.applications].map(({ name }) => name)).toEqual(['web', 'shop'])
})

it.each<[string, Partial<Release>, readonly (string | undefined)[]]>([
  ['N+1 and N', {}, ['abc', 'old']],
  ['no N+1 where none is known', { podTemplateHash: null }, [undefined, 'old']],
  ['no N where none is known', { stableHash: null }, ['abc', undefined]],
  ['N alone where flags changed, which run with it', FLAGS, ['old', 'old']],
])('asks about %s', async (_, release, hashes) => {
  const { failing, stable } = await asked({ release })
  expect([failing?.podTemplateHash, stable?.podTemplateHash]).toEqual(hashes)
})

it.each<[string, Story, { madeByHand: boolean; seenAsAsked: boolean }]>([
  ['made by no sync', { remembered: { byHand: true } }, { madeByHand: true, seenAsAsked: false }],
  ['found as Git asks since it came back', { remembered: { byHand: false, stay: 1 } }, { madeByHand: false, seenAsAsked: true }],
  ['so in a former stay alone', { remembered: { stay: 0 } }, { madeByHand: false, seenAsAsked: false }],
  ['remembered, and no more than that', { remembered: {} }, { madeByHand: false, seenAsAsked: false }],
  [
    'in no view',
    { remembered: {}, look: { observation: aLook({}, { version: () => ({}) as Version }) } },
    { madeByHand: false, seenAsAsked: false },
  ],
  ['not known at all', { remembered: { byHand: true, stay: 1 }, release: { stableHash: null } }, { madeByHand: false, seenAsAsked: false }],
])('says what is remembered of N: %s', async (_, story, told) => {
  const { madeByHand, seenAsAsked } = await asked(story)
  expect({ madeByHand, seenAsAsked }).toEqual(told)
})

it('says where the Rollout has its template from', async () => {
  expect((await asked({ look: { rollout: aRollout({ workloadRef: 'Deployment/web' }) } })).workloadRef).toBe('Deployment/web')
  expect((await asked({ look: { rollout: undefined } })).workloadRef).toBeUndefined()
})

it('finds the stable ReplicaSet of another Rollout by its name', async () => {
  const of = (rollouts: Parameters<typeof aView>[1]['rollouts']) =>
    aView('east', { rollouts, replicaSets: [aReplicaSet('old', 1, { ownerUid: 'w' }), aReplicaSet('new', 2, { ownerUid: 'w' })] })
  const worker = aRollout({ name: 'worker', uid: 'w', stableRS: 'new' })
  const { stableOf } = await asked({ look: { view: of([worker, aRollout({ namespace: '', name: '', uid: 'w', stableRS: 'old' })]) } })
  expect(stableOf('shop/worker')?.podTemplateHash).toBe('new')
  expect(stableOf('shop/other')).toBeUndefined()
  expect(stableOf('')?.podTemplateHash).toBe('old')
})

it('knows the reverts of the ledger, and under which spellings it has those of a repository', async () => {
  const reverts = ['github.com/acme/Shop', 'github.com/acme/shop', 'github.com/acme/Shop', 'github.com/acme/other'].map((repository, nth) =>
    aRevert({ key: `v${nth}`, repository }),
  )
  const { revertOf, spellingsOf } = await asked({ reverts })
  expect([revertOf('v1'), revertOf('v9')]).toEqual([reverts[1], undefined])
  expect(spellingsOf('github.com/acme/shop').toSorted()).toEqual(['github.com/acme/Shop', 'github.com/acme/shop'])
})

const tried = (fields: Partial<Release>) => aRelease({ key: 'tried', applied: applied('a'), ...fields })

it.each<[string, Partial<Parameters<typeof aRevert>[0]>, Release | undefined, boolean]>([
  ['for the release itself', { releases: ['r'] }, undefined, true],
  ['for it and others', { releases: ['x', 'r'] }, undefined, true],
  ['for it, and closed since for another', { releases: ['r'], pullRequest: null, formerPullRequests: [7] }, undefined, true],
  ['for it, which has not got so far', { releases: ['r'], pullRequest: null }, undefined, false],
  ['for it, which has not got so far either', { releases: ['r'], pullRequest: null, formerPullRequests: [] }, undefined, false],
  ['for another', { releases: ['x'] }, undefined, false],
  ['for nobody', { releases: [] }, undefined, false],
  ['for a try of it before', { releases: ['tried'] }, tried({}), true],
  ['for one of another Rollout', { releases: ['tried'] }, tried({ uid: 'uid-2' }), false],
  ['for one of another template', { releases: ['tried'] }, tried({ templateKey: 'east|uid-1|def' }), false],
  ['for one whose template came by another commit', { releases: ['tried'] }, tried({ applied: applied('b') }), false],
  ['for one of which no commit is known', { releases: ['tried'] }, tried({ applied: null }), false],
])('a pull request is known that was opened %s', async (_, revert, former, isKnown) => {
  const { opened } = await asked({
    reverts: [aRevert({ key: 'v', ...revert })],
    past: former ? [former] : [],
    release: { applied: applied('a') },
  })
  expect(opened.map(({ key }) => key)).toEqual(isKnown ? ['v'] : [])
})

it('a try of a release is known where of neither a commit is known', async () => {
  const { opened } = await asked({ reverts: [aRevert({ key: 'v', releases: ['tried'] })], past: [tried({ applied: null })] })
  expect(opened.map(({ key }) => key)).toEqual(['v'])
})
