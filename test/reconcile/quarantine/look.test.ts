import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Mark, Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { PullRequest } from '../../../src/ports/forge.ts'
import { openReader, readMarks, signsKey, type Signs } from '../../../src/reconcile/quarantine/look.ts'
import { aLook, applied } from '../../domain/release/a-look.ts'
import { REPO } from '../../simulation/application.ts'
import { aPass } from '../a-case.ts'
import { aHistory, aReader, ofWeb, running, WEB, type Files } from '../a-history.ts'
import { stagedApplication } from '../an-application.ts'
import { anEnvironment } from '../an-environment.ts'

const other = (tag: string): Files => running(tag, { 'apps/web/other.yaml': 'a: 1\n' })
const twice = (tag: string): Files => running(tag, { 'apps/web/twice.yaml': `image: ${WEB}:v2\n` })

/** A branch on which v2 failed, with what came after; `main` by the place of its commits: 0 made v1, 1 brought v2. */
function aBranch(after: readonly Files[] = []) {
  const { repository, commit, asked } = aHistory()
  const good = commit(running('v1'))
  const main = [good, commit(running('v2'), good)]
  for (const files of after) main.push(commit(files, main.at(-1) ?? good))
  const at = (place: number): CommitSha => main.at(place) ?? good
  const place = (name: string): number | string => (main.includes(name as CommitSha) ? main.indexOf(name as CommitSha) : name)
  const reader = aReader(repository)
  async function marks(
    fields: {
      known?: readonly Mark[]
      head?: CommitSha | undefined
      pulls?: readonly Partial<PullRequest>[]
      signs?: Signs
      one?: Partial<Quarantine>
    } = {},
  ) {
    const { known = [], pulls = [], signs = new Map(), one = {} } = fields
    const head = 'head' in fields ? fields.head : at(-1)
    const heads = { head, pulls: pulls as readonly PullRequest[], ours: [], moves: 0 }
    const found = await readMarks(reader, ofWeb(good, at(1), { marks: known, ...one }), heads, signs)
    return found.map(({ commit: name, pullRequest, brings }) => [place(name), pullRequest, brings])
  }
  return { at, marks, commit, asked }
}

type Known = readonly [place: number, pullRequest: number | null, brings: boolean]

describe('of the commits of a branch since the one that failed', () => {
  it.each<{ what: string; after: readonly Files[]; known?: readonly Known[]; found: readonly Known[] }>([
    { what: 'none is told where there are none', after: [], found: [] },
    { what: 'one that takes it out is no news', after: [running('v1')], found: [] },
    { what: 'one that brings it back is told', after: [running('v1'), running('v2')], found: [[3, null, true]] },
    {
      what: 'one that brings it back is told whatever comes after it',
      after: [running('v1'), running('v2'), other('v2')],
      found: [[3, null, true]],
    },
    { what: 'one that brings it back is told once', after: [running('v1'), running('v2')], known: [[3, null, true]], found: [] },
    {
      what: 'one that brings it back is told, whatever was told of others',
      after: [running('v1'), running('v2')],
      known: [[3, null, false]],
      found: [[3, null, true]],
    },
    { what: 'one that was undone is not told', after: [running('v1'), running('v2'), running('v1')], found: [] },
    {
      what: 'one that undoes what was told is told',
      after: [running('v1'), running('v2'), running('v1')],
      known: [[3, null, true]],
      found: [[4, null, false]],
    },
    {
      what: 'the first that undoes it is told',
      after: [running('v1'), twice('v2'), running('v2'), running('v1')],
      known: [[3, null, true]],
      found: [[4, null, false]],
    },
    {
      what: 'the last that brings it is told',
      after: [running('v1'), running('v2'), running('v1'), running('v2')],
      known: [[3, null, true]],
      found: [[5, null, true]],
    },
    {
      what: 'one that takes out what had brought it back and failed is told',
      after: [running('v1')],
      known: [[1, null, true]],
      found: [[2, null, false]],
    },
    {
      what: 'none is told to take out what is on the branch no more',
      after: [running('v1')],
      known: [
        [1, 4, true],
        [0, null, false],
      ],
      found: [],
    },
    {
      what: 'one that turns out to be innocent is told so',
      after: [running('v1'), other('v1')],
      known: [[3, null, true]],
      found: [
        [2, null, false],
        [3, null, false],
      ],
    },
  ])('$what', async ({ after, known = [], found }) => {
    const { at, marks } = aBranch(after)
    const marked = known.map(([place, pullRequest, brings]) => ({ commit: at(place), pullRequest, brings }))
    expect(await marks({ known: marked })).toEqual(found)
  })

  it.each([
    { older: 50, found: [] },
    { older: 49, found: [[3, null, true]] },
  ])('the newest fifty are looked at: behind $older', async ({ older, found }) => {
    const rest = Array.from({ length: older }, (_, nth) => running('v2', { 'apps/web/n.yaml': `n: ${nth}\n` }))
    expect(await aBranch([running('v1'), running('v2'), ...rest]).marks()).toEqual(found)
  })

  it('they are looked at from where a branch that was pushed by force has left its history', async () => {
    const { at, marks, commit } = aBranch()
    const anew = commit(running('v2', { 'apps/web/a.yaml': 'a: 1\n' }), at(0))
    expect(await marks({ head: anew })).toEqual([[anew, null, true]])
    expect(await marks({ head: commit(running('v2')) })).toEqual([])
  })

  it('nothing is asked where there is no branch, or it stands where it failed, or that is not known', async () => {
    const { marks, at, asked } = aBranch([running('v1')])
    expect(await marks({ head: undefined, pulls: [{ number: 1, headSha: at(1) }] })).toEqual([])
    expect(await marks({ head: at(1) })).toEqual([])
    expect(await marks({ one: { culprit: null } })).toEqual([])
    expect(await marks({ one: { culprit: '9'.repeat(40) as CommitSha } })).toEqual([])
    expect(asked).toEqual([])
  })

  it('a change is read once for one failure', async () => {
    const { marks, at, asked } = aBranch([running('v1'), running('v2')])
    const signs: Signs = new Map()
    const count = (): number => asked.filter(([what]) => what === 'differingPaths').length
    expect(await marks({ signs })).toEqual([[3, null, true]])
    expect(await marks({ signs })).toEqual([[3, null, true]])
    expect(count()).toBe(2)
    expect([...signs.keys()]).toEqual([signsKey(ofWeb(at(0), at(1)))])
    await marks({ signs, one: { images: [`${WEB}:v2`, 'job:v2'] } })
    expect(count()).toBe(4)
  })
})

describe('of an open PR', () => {
  /** The head of a PR on top of v1, with what was told of it before. */
  async function told(files: Files, known: readonly Omit<Mark, 'commit'>[] = []) {
    const { at, marks, commit } = aBranch([running('v1')])
    const head = commit(files, at(2))
    const marked = known.map((mark) => ({ ...mark, commit: at(0) }))
    const pulls = [
      { number: 8, headSha: 'no name' },
      { number: 9, headSha: '9'.repeat(40) },
      { number: 7, headSha: head },
    ]
    return (await marks({ known: marked, pulls })).map(([name, ...rest]) => [name === head, ...rest])
  }

  it.each<{ what: string; files: Files; known?: readonly Omit<Mark, 'commit'>[]; found: readonly unknown[] }>([
    { what: 'that brings it back the head is told', files: running('v2'), found: [[true, 7, true]] },
    { what: 'that does not, nothing is told', files: running('v3'), found: [] },
    {
      what: 'that did and does no more the head is told',
      files: running('v3'),
      known: [{ pullRequest: 7, brings: true }],
      found: [[true, 7, false]],
    },
    { what: 'that is told as innocent nothing is told again', files: running('v3'), known: [{ pullRequest: 7, brings: false }], found: [] },
    { what: 'nothing is told for another that did', files: running('v3'), known: [{ pullRequest: 6, brings: true }], found: [] },
  ])('$what', async ({ files, known, found }) => {
    expect(await told(files, known)).toEqual(found)
  })

  it('that adds nothing to the branch, or shares nothing with it, nothing is told', async () => {
    const { at, marks, commit } = aBranch([running('v1'), running('v2')])
    const known = [{ commit: at(3), pullRequest: null, brings: true }]
    const pulls = [
      { number: 1, headSha: at(3) },
      { number: 2, headSha: commit(running('v2')) },
    ]
    expect(await marks({ pulls, known })).toEqual([])
  })
})

describe('the repository of a quarantine', () => {
  const web = stagedApplication()
  it.each<{ what: string; applications: readonly (typeof web)[]; one?: Partial<Quarantine>; allowed?: boolean; isOpen: boolean }>([
    { what: 'is opened', applications: [web], isOpen: true },
    { what: 'is not opened where no Application reads it', applications: [], isOpen: false },
    { what: 'is not opened for several Applications', applications: [web, web], isOpen: false },
    {
      what: 'is not opened where the Application reads another by now',
      applications: [web],
      one: { repository: 'git.example/other' },
      isOpen: false,
    },
    { what: 'is not opened where it is not allowed', applications: [web], allowed: false, isOpen: false },
  ])('$what', async ({ applications, one, allowed = true, isOpen }) => {
    const { repository } = aHistory()
    const opened: string[] = []
    const repositories = { open: async (url: string) => (opened.push(url), repository) }
    const { environment } = await anEnvironment([], { repositories, allowsRepository: () => allowed })
    const synced = { ...applied('x'), startedAt: 1, endedAt: 1 }
    const { look } = aPass({ applications, observation: aLook({}, { syncs: [synced] }) })
    const reader = await openReader(environment, look, ofWeb(null, null, { repository: 'git.example/shop/gitops', ...one }))
    const { renderer } = environment
    const expected = { repository, renderer, application: web, applied: synced, source: { repoURL: REPO, index: 0 } }
    expect(opened).toEqual(isOpen ? [REPO] : [])
    expect(reader === undefined).toBe(!isOpen)
    expect(reader ?? expected).toMatchObject(expected)
  })

  it('is opened though no sync is known', async () => {
    const { environment } = await anEnvironment([], { repositories: { open: async () => aHistory().repository } })
    const { look } = aPass({ applications: [web] })
    expect((await openReader(environment, look, ofWeb(null, null, { repository: 'git.example/shop/gitops' })))?.applied).toBeNull()
  })
})
