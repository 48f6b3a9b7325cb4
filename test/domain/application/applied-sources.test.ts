import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import type { AppliedRevision, AppliedSource } from '../../../src/domain/application/applied-revision.ts'
import {
  appliedBy,
  branchOf,
  changedOutsideGit,
  changedParameters,
  isSameSync,
  readsTheSame,
} from '../../../src/domain/application/applied-sources.ts'
import type { ApplicationSnapshot, SourceSnapshot } from '../../../src/domain/application/snapshots.ts'
import { application } from '../../contract/renderer.ts'

function app(...sources: readonly object[]): ApplicationSnapshot {
  const read = readApplication('hub', application({ source: undefined, sources }))
  if (!read) throw new Error('no Application')
  return read
}

const REPOSITORY = 'git.example/shop/gitops'
const GIT = { repoURL: `https://${REPOSITORY}.git`, path: 'web', targetRevision: 'refs/heads/main' }
const CHART = { repoURL: 'https://charts.example/stable', chart: 'web', targetRevision: '1.*' }
const SOURCES: readonly SourceSnapshot[] = app(GIT, CHART).sources
const applied = (revisions: readonly string[], sources = SOURCES): AppliedRevision => appliedBy(app(GIT, CHART), { revisions, sources })

describe('what a sync applied', () => {
  it('is said with each source as it was: the branch of a repository, the version that was chosen of a chart', () => {
    expect(applied(['a', '1.4.2'])).toStrictEqual({
      application: 'argocd/web',
      revisions: ['a', '1.4.2'],
      sources: [
        { repository: REPOSITORY, path: 'web', chart: null, pin: 'main', parameters: '{}' },
        { repository: 'charts.example/stable', path: null, chart: 'web', pin: '1.4.2', parameters: '{}' },
      ],
    })
  })

  it('is of the range of versions, where Argo CD does not say which was chosen', () => {
    expect(applied(['a']).sources?.map(({ pin }) => pin)).toEqual(['main', '1.*'])
  })

  it('is said without sources where Argo CD does not tell them, and with who started it where it does', () => {
    expect(applied(['a'], [])).toStrictEqual({ application: 'argocd/web', revisions: ['a'] })
    const startedBy = { automated: true }
    expect(appliedBy(app(GIT), { revisions: ['a'], sources: [], startedBy })).toStrictEqual({
      application: 'argocd/web',
      revisions: ['a'],
      startedBy,
    })
  })

  it('is what a hydrated Application says now, as it is synced from what was rendered', () => {
    const hydrator = { syncRepoURL: undefined, syncBranch: 'rendered', syncPath: 'web' }
    const rendered = app({ ...GIT, targetRevision: 'rendered' }).sources
    const said = appliedBy({ ...app(GIT), hydrator }, { revisions: ['a'], sources: rendered }).sources
    expect(said?.map(({ pin }) => pin)).toEqual(['main'])
    expect(appliedBy(app(GIT), { revisions: ['a'], sources: rendered }).sources?.map(({ pin }) => pin)).toEqual(['rendered'])
  })
})

it.each([
  ['refs/heads/main', 'main'],
  ['release/refs/heads/x', 'release/refs/heads/x'],
  ['', 'HEAD'],
  ['refs/heads/', 'HEAD'],
])('the branch that %j names is %s', (targetRevision, branch) => {
  expect(branchOf(targetRevision)).toBe(branch)
})

const SOURCE: AppliedSource = { repository: REPOSITORY, path: 'web', chart: null, pin: 'main', parameters: '{}' }
const at = (more: Partial<AppliedSource> | undefined, rest: Partial<AppliedRevision> = {}): AppliedRevision => ({
  application: 'argocd/web',
  revisions: ['a'],
  ...(more && { sources: [{ ...SOURCE, ...more }] }),
  ...rest,
})
const OTHER = { application: 'argocd/other' }

describe('a release whose Application changed outside of Git', () => {
  const SPEC = (ends: string): string =>
    `the Application itself changed between the two ${ends} (parameters, branch, folder or chart version): ` +
    'whoever writes its spec has to change it back.'
  const ANOTHER = 'another Application (argocd/other) than this one (argocd/web).'

  it.each<[string, Parameters<typeof changedOutsideGit>, string | undefined]>([
    ['nothing is known of before', [null, at({})], undefined],
    ['nothing is known of after', [at({}), null], undefined],
    ['all is alike', [at({}), at({}, { revisions: ['b'] })], undefined],
    ['the case of the repository was kept', [at({ repository: REPOSITORY.toUpperCase() }), at({})], undefined],
    ['what was said before is not known', [at(undefined), at({})], undefined],
    ['what is said after is not known', [at({}), at(undefined)], undefined],
    ['another Application applied it', [at({}, OTHER), at({})], `the version before was applied by ${ANOTHER}`],
    ['another Application applied it, by its sync', [at({}, OTHER), at({}), 'syncs'], `the sync before was of ${ANOTHER}`],
    ['the branch differs', [at({}), at({ pin: 'next' })], SPEC('versions')],
    ['the folder differs, by its sync', [at({}), at({ path: 'next' }), 'syncs'], SPEC('syncs')],
    ['parameters differ', [at({}), at({ parameters: '{"a":1}' })], SPEC('versions')],
  ])('says so: %s', (_, question, expected) => {
    expect(changedOutsideGit(...question)).toBe(expected)
  })

  it.each<[string, boolean, Parameters<typeof changedParameters>]>([
    ['parameters alone', true, [at({}), at({ parameters: '1' }, { revisions: ['b'] })]],
    ['nothing', false, [at({}), at({})]],
    ['the branch as well', false, [at({}), at({ parameters: '1', pin: 'next' })]],
    ['the Application as well', false, [at({}, OTHER), at({ parameters: '1' })]],
    ['what is not known: before', false, [null, at({})]],
    ['what is not known: after', false, [at({}), null]],
    ['what is not known: the spec', false, [at(undefined), at({ parameters: '1' })]],
  ])('differs in %s: by its parameters, %s', (_, expected, question) => {
    expect(changedParameters(...question)).toBe(expected)
  })

  it('has been synced once more where revisions or parameters differ', () => {
    const same = [at({}), at({}, { revisions: ['b'] }), at({ parameters: '1' }), at({ parameters: '1' }, { revisions: ['b'] })]
    expect(same.map((other) => isSameSync(at({}), other))).toEqual([true, false, false, false])
  })
})

it.each<[string, boolean, AppliedRevision]>([
  ['where that is not known', true, at(undefined)],
  ['the same places', true, at({})],
  ['the same places on another branch, with other parameters', true, at({ pin: 'next', parameters: '1' })],
  ['the same places, spelled otherwise', true, at({ repository: REPOSITORY.toUpperCase() })],
  ['another repository', false, at({ repository: 'git.example/shop/other' })],
  ['another folder', false, at({ path: 'next' })],
  ['a chart', false, at({ chart: 'web' })],
])('whether an Application reads what it read then: %s, %s', (_, expected, then) => {
  expect(readsTheSame(app(GIT), then)).toBe(expected)
})
