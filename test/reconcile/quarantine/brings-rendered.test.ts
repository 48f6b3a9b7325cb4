import { describe, expect, it } from 'vitest'
import type { RolloutName } from '../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import { readSign, type ChangeReader } from '../../../src/reconcile/quarantine/brings.ts'
import { aHistory, aReader, ofWeb, running, WEB, type Files, type Renders } from '../a-history.ts'
import { stagedApplication } from '../an-application.ts'

const REPO = 'https://git.example/shop/gitops.git'
const OTHER = 'registry.example/job'

/** The commits of a history, by what each stands for. */
type Role = 'good' | 'failed' | 'before' | 'after'

interface Given {
  files?: Partial<Record<Role, Files>>
  /** The images that the Rollout has at a commit; what is not named does not render. */
  renders?: Partial<Record<Role, readonly string[]>>
  quarantine?: Partial<Quarantine>
  application?: ApplicationSnapshot
  applied?: ChangeReader['applied']
  /** What who renders answers with. */
  fault?: Error
}

const FILES: Record<Role, Files> = { good: running('v1'), failed: running('v2'), before: running('v1'), after: running('v2') }

/** The image behind two lines, and a count of them. */
const twice = (one: string, other: string): Files => ({
  'apps/web/r.yaml': `# ${one}\n${one}: 1\nimage: ${WEB}:v2\n${other}: 1\nimage: ${WEB}:v2\n`,
})

const swapped = (one: string, other: string): Files => ({
  'apps/web/all.yaml': [one, other].map((tag) => `kind: Rollout\nspec:\n  containers:\n  - image: ${WEB}:${tag}\n`).join('---\n'),
})
const valued = (web: string, worker: string): Files => ({
  'apps/web/values.yaml': `web:\n  image:\n    ref: ${WEB}:${web}\nworker:\n  image:\n    ref: ${WEB}:${worker}\n`,
})

async function signOf({ files = {}, renders = {}, quarantine, application, applied, fault }: Given) {
  const { repository, commit } = aHistory()
  const all = { ...FILES, ...files }
  const commits = { good: commit(all.good), failed: commit(all.failed), before: commit(all.before), after: commit(all.after) }
  const names = Object.fromEntries(Object.entries(commits).map(([role, name]) => [name as string, role]))
  const rendered: Renders = Object.fromEntries(Object.entries(renders).map(([role, images]) => [commits[role as Role], images]))
  const reader = aReader(repository, { renders: rendered, ...(application && { application }), ...(applied && { applied }) })
  if (fault) reader.renderer.render = () => Promise.reject(fault)
  const one = ofWeb(commits.good, commits.failed, quarantine)
  const sign = await readSign(reader, one, { before: commits.before, after: commits.after })
  const asked = reader.rendered.map(({ revisions, rollout }) => [revisions.map((name) => names[name] ?? name), rollout] as const)
  return { sign, asked }
}

describe('what is named is the Rollout’s own', () => {
  const V1 = [`${WEB}:v1`]
  const V2 = [`${WEB}:v2`]
  const both = { images: [`${WEB}:v2`, `${OTHER}:v2`] }

  it.each<{ what: string; given: Given; sign: 'brings' | undefined }>([
    { what: 'where it renders it after the change, and did not before', given: { renders: { before: V1, after: V2 } }, sign: 'brings' },
    { what: 'where nobody tells what it rendered before', given: { renders: { after: V2 } }, sign: 'brings' },
    { what: 'and not where it had the same before', given: { renders: { before: V2, after: V2 } }, sign: undefined },
    { what: 'and not where it has none of them', given: { renders: { before: V1, after: V1 } }, sign: undefined },
    { what: 'and not where it has none of them, and nobody tells of before', given: { renders: { after: V1 } }, sign: undefined },
    {
      what: 'where it has one more of them',
      given: { quarantine: both, renders: { before: V2, after: [...V2, `${OTHER}:v2`] } },
      sign: 'brings',
    },
    { what: 'where what renders has no containers', given: { renders: { before: V1, after: [] } }, sign: 'brings' },
  ])('$what', async ({ given, sign }) => {
    expect((await signOf(given)).sign).toBe(sign)
  })

  it('as it is asked for at each commit', async () => {
    const rollout: RolloutName = { namespace: 'shop', name: 'web' }
    expect((await signOf({ renders: { before: V1, after: V2 } })).asked).toEqual([
      [['after'], rollout],
      [['before'], rollout],
    ])
  })

  const job = (tag: string): Files => ({ 'apps/web/job.yaml': `kind: Job\nimage: ${WEB}:${tag}` })
  const moved = { before: running('v1', job('v2')), after: running('v2', job('v1')) }
  /** The one has it no more, and a third still has. */
  const other: Files = { 'apps/web/other.yaml': `kind: Pod\nimage: ${WEB}:v2` }
  const isJobs = {
    before: running('v1', { ...job('v2'), ...other }),
    after: running('v1', { ...job('v1'), 'apps/web/other.yaml': `kind: Pod\nimage: ${WEB}:v2\n` }),
  }
  const tagged = { good: { 'apps/web/values.yaml': 'web:\n  tag: v1\n' }, failed: { 'apps/web/values.yaml': 'web:\n  tag: v2\n' } }
  const stays = { before: running('v2', job('v2')), after: running('v2', job('v1')) }

  it.each<{ what: string; given: Given; sign: 'brings' | 'removes' | undefined }>([
    { what: 'brought, where as many lines name it as before', given: { files: moved, renders: { before: V1, after: V2 } }, sign: 'brings' },
    { what: 'removed, where as many lines do', given: { files: moved, renders: { before: V2, after: V1 } }, sign: 'removes' },
    {
      what: 'left alone, where others have given it to others',
      given: { files: moved, renders: { before: V1, after: V1 } },
      sign: undefined,
    },
    {
      what: 'not told where as many lines do and nobody tells what it had',
      given: { files: moved, renders: { after: V2 } },
      sign: undefined,
    },
    {
      what: 'not told where as many lines do, it has none and nobody tells what it had',
      given: { files: moved, renders: { after: V1 } },
      sign: undefined,
    },
    { what: 'not told where as many lines do and nobody renders', given: { files: moved }, sign: undefined },
    {
      what: 'removed, where it has one of them no more',
      given: { files: isJobs, quarantine: both, renders: { before: both.images, after: V2 } },
      sign: 'removes',
    },
    { what: 'left there, where fewer lines name it', given: { files: isJobs, renders: { before: V2, after: V2 } }, sign: undefined },
    { what: 'left there, where fewer do and nobody tells what it had', given: { files: isJobs, renders: { after: V2 } }, sign: undefined },
    { what: 'removed, where fewer do and nobody tells what it had', given: { files: isJobs, renders: { after: V1 } }, sign: 'removes' },
    {
      what: 'left there, where another file that the release had changed has it',
      given: { files: stays, renders: { before: V2, after: V2 } },
      sign: undefined,
    },
    {
      what: 'left there, where its tag stands below another line by now',
      given: {
        files: { ...tagged, before: tagged.failed, after: { 'apps/web/values.yaml': 'web:\n  pull: Always\n  tag: v2\n' } },
        quarantine: { paths: ['apps/web/values.yaml'] },
        renders: { before: V2, after: V2 },
      },
      sign: undefined,
    },
    {
      what: 'left there, where its file has another name by now',
      given: {
        files: { ...tagged, before: tagged.failed, after: { 'apps/web/values-prod.yaml': 'web:\n  tag: v2\n' } },
        quarantine: { paths: ['apps/web/values.yaml'] },
        renders: { before: V2, after: V2 },
      },
      sign: undefined,
    },
    { what: 'removed by lines, where nobody renders what another file has', given: { files: stays }, sign: 'removes' },
    {
      what: 'brought, where two manifests of a file have changed places',
      given: { files: { before: swapped('v1', 'v2'), after: swapped('v2', 'v1') }, renders: { before: V1, after: V2 } },
      sign: 'brings',
    },
    {
      what: 'brought, where two values of a file have changed places',
      given: { files: { before: valued('v1', 'v2'), after: valued('v2', 'v1') }, renders: { before: V1, after: V2 } },
      sign: 'brings',
    },
    { what: 'removed by lines, where nobody renders', given: { files: isJobs }, sign: 'removes' },
    {
      what: 'brought, where another one of them goes',
      given: { quarantine: both, renders: { before: [`${OTHER}:v2`], after: V2 } },
      sign: 'brings',
    },
  ])('and is $what', async ({ given, sign }) => {
    expect((await signOf(given)).sign).toBe(sign)
  })

  it('and who renders and is away is asked again, but where nothing names it any more', async () => {
    const fault = new KedgeError('E_RENDERER_UNREACHABLE', 'away')
    for (const files of [isJobs, moved, stays, {}]) await expect(signOf({ files, fault })).rejects.toBe(fault)
    expect((await signOf({ files: { before: running('v2'), after: running('v1') }, fault })).sign).toBe('removes')
  })

  it.each<{ what: string; files: Given['files']; sign?: 'removes' }>([
    { what: 'no line names it', files: { before: running('v1'), after: running('v3') } },
    { what: 'the same lines do', files: { before: running('v2'), after: running('v2', { 'apps/web/a.yaml': 'a: 1' }) } },
    { what: 'no line names it any more', files: { before: running('v2'), after: running('v1') }, sign: 'removes' },
    { what: 'the same lines do, in another order', files: { before: twice('a', 'b'), after: twice('b', 'a') } },
    { what: 'the same lines do, in their order', files: { before: twice('b', 'a'), after: twice('a', 'b') } },
  ])('and nothing is rendered where $what', async ({ files, sign }) => {
    expect(await signOf({ ...(files && { files }), renders: { before: V1, after: V2 } })).toEqual({ sign, asked: [] })
  })

  const chart = { repoURL: 'https://charts.example', chart: 'web', targetRevision: '1.x' }
  const two = stagedApplication({ multi: true, sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web' }, chart] })
  const hydrated = stagedApplication({
    hydrator: {
      drySource: { repoURL: REPO, targetRevision: 'main', path: 'apps/web' },
      syncSource: { targetBranch: 'env', path: 'apps/web' },
    },
  })

  it.each<{ what: string; given: Given; asked: readonly string[] }>([
    {
      what: 'and its other sources as they were synced',
      given: { application: two, applied: { application: 'argocd/web', revisions: ['x', '1.2'] } },
      asked: ['after', '1.2'],
    },
    { what: 'and by no rendering where they are not known', given: { application: two }, asked: [] },
    { what: 'and by no rendering of what is hydrated', given: { application: hydrated }, asked: [] },
  ])('$what', async ({ given, asked }) => {
    const found = await signOf({ renders: { before: V1, after: V2 }, ...given })
    expect([found.sign, found.asked[0]?.[0] ?? []]).toEqual(['brings', asked])
  })
})

describe('where the template alone failed, what renders has the last word', () => {
  const [N, NEXT] = [['a:1'], ['a:2']]
  const template = { images: [] }
  /** By its files each of these would be told otherwise. */
  const unlike = { before: running('v1', { 'apps/web/b.yaml': '1' }), after: running('v3') }

  it.each<{ what: string; given: Given; sign: 'brings' | 'removes' | undefined }>([
    { what: 'it is brought back', given: { files: unlike, renders: { failed: NEXT, before: N, after: NEXT } }, sign: 'brings' },
    { what: 'it is removed', given: { files: unlike, renders: { failed: NEXT, before: NEXT, after: N } }, sign: 'removes' },
    { what: 'it stays', given: { renders: { failed: NEXT, before: NEXT, after: NEXT } }, sign: undefined },
    { what: 'something else comes', given: { renders: { failed: NEXT, before: N, after: ['a:3'] } }, sign: undefined },
    { what: 'files tell where the change before does not render', given: { renders: { failed: NEXT, after: N } }, sign: 'brings' },
    { what: 'files tell where the change after does not render', given: { renders: { failed: NEXT, before: N } }, sign: 'brings' },
    { what: 'files tell where what failed does not render', given: { renders: { before: N, after: N } }, sign: 'brings' },
  ])('$what', async ({ given, sign }) => {
    expect((await signOf({ ...given, quarantine: template })).sign).toBe(sign)
  })

  it('nothing more is rendered where what failed does not, nor where its commit is not known', async () => {
    expect((await signOf({ quarantine: template })).asked.map(([revisions]) => revisions)).toEqual([['failed']])
    expect((await signOf({ quarantine: { ...template, culprit: null } })).asked).toEqual([])
    expect((await signOf({ quarantine: { ...template, culprit: '9'.repeat(40) as never } })).asked).toEqual([])
  })
})
