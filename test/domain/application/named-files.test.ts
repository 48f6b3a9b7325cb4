import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { asCommitSha } from '../../../src/domain/application/commit.ts'
import { discoverTool } from '../../../src/domain/application/discover-tool.ts'
import { appInputs, generatePaths, gitSources, isAmong, MOST_NAMES, namedFiles, specOf } from '../../../src/domain/application/inputs.ts'
import type { ApplicationSnapshot, SourceSnapshot } from '../../../src/domain/application/snapshots.ts'
import { application } from '../../contract/renderer.ts'

const HERE = 'git.example/shop/gitops'
const GIT = { repoURL: `https://${HERE}.git`, targetRevision: 'main', path: 'apps/web' }

function app(sources: readonly object[], more: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot {
  const read = readApplication('hub', application({ source: undefined, sources }))
  if (!read) throw new Error('no Application')
  return { ...read, ...more }
}

/** More than the cluster's record would take in. */
function naming(...all: readonly Partial<SourceSnapshot>[]): ApplicationSnapshot {
  const of = app([GIT])
  return { ...of, sources: all.flatMap((more) => of.sources.map((source) => ({ ...source, ...more }))) }
}

const files = (...valueFiles: readonly string[]) => namedFiles(naming({ valueFiles }), HERE)
const paths = (...valueFiles: readonly string[]): readonly string[] => files(...valueFiles).files.map(({ path }) => path)
const count = (size: number, name: (at: number) => string): readonly string[] => Array.from({ length: size }, (_, at) => name(at))

describe('the Git sources of an Application', () => {
  it('are those that are no charts, with their places, and HEAD where no branch is named', () => {
    const sources = [
      { repoURL: 'oci://charts.example/web', targetRevision: '1', path: '.' },
      { repoURL: 'https://charts.example/stable', chart: 'web', targetRevision: '1' },
      { ...GIT, targetRevision: '' },
      GIT,
    ]
    const found = gitSources(app(sources)).map(({ index, repository, targetRevision }) => [index, repository, targetRevision])
    expect(found).toEqual([
      [2, HERE, 'HEAD'],
      [3, HERE, 'main'],
    ])
  })

  it('are known again by what of the Application says them, and by nothing else', () => {
    const { sourceTypes, ...rest } = specOf(app([GIT], { sourceTypes: ['Helm'] }))
    expect([sourceTypes, Object.keys(rest).sort()]).toEqual([
      ['Helm'],
      ['destinationNamespace', 'hydrator', 'manifestGeneratePaths', 'name', 'namespace', 'project', 'sources'],
    ])
    const { sourceTypes: _, ...untyped } = app([GIT])
    expect(specOf(untyped)).not.toHaveProperty('sourceTypes')
  })
})

describe('the files that an Application names', () => {
  it('are those beside its folder, those from the root, and those of a source that has a name', () => {
    expect(paths('a.yaml', '/env/b.yaml', '/env//c.yaml')).toEqual(['apps/web/a.yaml', 'env/b.yaml', 'env/c.yaml'])
    const named = { repoURL: GIT.repoURL, targetRevision: 'main', ref: 'values' }
    const chart = { repoURL: 'https://charts.example/stable', chart: 'web', targetRevision: '1', helm: { valueFiles: ['$values/a.yaml'] } }
    expect(namedFiles(app([chart, named]), HERE).files).toEqual([{ path: 'a.yaml', glob: false }])
    const bare = { repoURL: GIT.repoURL, targetRevision: 'main', helm: { valueFiles: ['$values/', 'b.yaml'] } }
    expect(namedFiles(app([bare, named]), HERE).files.map(({ path }) => path)).toEqual(['', 'b.yaml'])
  })

  it('come with what cannot be followed, without a password in it', () => {
    expect(files('https://ada:secret@x.example/a.yaml').unknown).toEqual(['the value file https://x.example/a.yaml'])
    expect(files('secrets+age://a.yaml', 'b.yaml')).toEqual({
      files: [{ path: 'apps/web/b.yaml', glob: false }],
      unknown: ['the value file secrets+age://a.yaml'],
      isAll: true,
    })
  })

  it('are patterns where they are, which are followed while they cost little', () => {
    expect(files('env/*.yaml').files).toEqual([{ path: 'apps/web/env/*.yaml', glob: true }])
    const costly = (name: string): boolean => files(name).unknown.length > 0
    expect([costly('*a'.repeat(10)), costly('*a'.repeat(11)), costly('**a'.repeat(10))]).toEqual([false, true, false])
    const long = (size: number): string => `/*${'a'.repeat(size - 1)}`
    expect([costly(long(300)), costly(long(301)), costly(`/${'a'.repeat(400)}`)]).toEqual([false, true, false])
    expect(files('*a'.repeat(11)).unknown[0]).toMatch(/^the value file (?:\*a)+, which costs too much to be followed$/)
    expect(files('{a,b}', `{c,${'*a'.repeat(11)}}`)).toMatchObject({ files: [{ path: 'apps/web/a' }, { path: 'apps/web/b' }] })
  })

  it('are ten patterns at most; names without one are not counted among them', () => {
    expect(files(...count(10, (at) => `${at}*`)).unknown).toEqual([])
    expect(files(...count(11, (at) => `${at}*`)).unknown).toEqual(['the value file 10*, which costs too much to be followed'])
    expect(files(...count(30, (at) => `${at}`)).unknown).toEqual([])
  })

  it('are as many as are followed, or it is said that these are not all', () => {
    expect([files(...count(MOST_NAMES, (at) => `${at}`)).isAll, files(...count(MOST_NAMES + 1, (at) => `${at}`)).isAll]).toEqual([
      true,
      false,
    ])
    const text = (last: number) => files(...count(49, (at) => `/${`${at}`.padEnd(1_000, 'x')}`), `/${'y'.repeat(last)}`).isAll
    expect([text(1_000), text(1_001)]).toEqual([true, false])
    const after = files(...count(MOST_NAMES + 1, (at) => `${at}`), 'https://x.example/later')
    expect([after.files.length, after.unknown]).toEqual([MOST_NAMES, []])
  })

  it('are counted with the folders that each source names', () => {
    const folders = (size: number) => ({ folders: count(size, (at) => `../c-${at}`) })
    const isAll = (...sizes: readonly number[]): boolean => appInputs(naming(...sizes.map(folders)), HERE).isAll
    expect([isAll(1), isAll(300, 200), isAll(300, 201), isAll(501, 1)]).toEqual([true, true, false, false])
    expect(appInputs(naming(folders(MOST_NAMES + 100)), HERE).inputs.length).toBe(MOST_NAMES)
  })
})

describe('what the operator says with manifest-generate-paths', () => {
  const said = (manifestGeneratePaths: string | undefined, ...sources: readonly object[]) =>
    generatePaths(app(sources.length > 0 ? sources : [GIT], { manifestGeneratePaths }), HERE)

  it('stands beside each folder, or from the root, once', () => {
    expect(said('.; ../lib ;/libs;;', GIT, { ...GIT, path: 'apps/web' })).toEqual([
      { entry: '.', paths: [{ path: 'apps/web', glob: false }] },
      { entry: '../lib', paths: [{ path: 'apps/lib', glob: false }] },
      { entry: '/libs', paths: [{ path: 'libs', glob: false }] },
    ])
    const other = { ...GIT, repoURL: 'https://git.example/shop/other', path: 'other' }
    const bare = { repoURL: GIT.repoURL, targetRevision: 'main', ref: 'values' }
    expect(said('x', GIT, other, bare)[0]?.paths?.map(({ path }) => path)).toEqual(['apps/web/x', 'x'])
    expect(said(undefined)).toEqual([])
  })

  it('is the folder before a pattern that costs too much', () => {
    expect(said(`/libs/a/b-${'*a'.repeat(11)}/c`)[0]?.paths).toEqual([{ path: 'libs/a', glob: false }])
    expect(said('/libs/*')[0]?.paths).toEqual([{ path: 'libs/*', glob: true }])
  })

  it('is in no repository where it leaves it', () => {
    expect(said('../../../x')).toEqual([{ entry: '../../../x', paths: undefined }])
  })
})

it('the folder of a source is no pattern, whatever it is called', () => {
  expect(appInputs(app([{ ...GIT, path: 'apps/[web]' }]), HERE).inputs).toEqual([{ path: 'apps/[web]', glob: false }])
})

it('a file lies among the inputs where one of them holds it', () => {
  const inputs = [
    { path: 'apps', glob: false },
    { path: 'libs/*.yaml', glob: true },
  ]
  expect(['apps/a', 'libs/a.yaml', 'libs/a/b.yaml', 'other'].map((file) => isAmong(file, inputs))).toEqual([true, true, false, false])
})

it('inputs are told once each, in the order of their paths', () => {
  expect(paths('c', 'a', 'b', 'a')).toEqual(['apps/web/a', 'apps/web/b', 'apps/web/c'])
  expect(appInputs(naming({ path: 'apps/[web]', valueFiles: ['/apps/[web]'] }), HERE).inputs).toEqual([
    { path: 'apps/[web]', glob: false },
    { path: 'apps/[web]', glob: true },
  ])
})

it.each([
  [['kustomization.yaml', 'a.yaml'], 'Kustomize'],
  [['a.yaml', 'kustomization.yml'], 'Kustomize'],
  [['Kustomization', 'Chart.yaml'], 'Kustomize'],
  [['values.yaml', 'Chart.yaml'], 'Helm'],
  [['chart.yaml', 'a-kustomization.yaml'], undefined],
  [[], undefined],
] as const)('the tool of a folder with %j is %s', (names, tool) => {
  expect(discoverTool(names)).toBe(tool)
})

it.each([
  ['a'.repeat(40), true],
  ['0'.repeat(64), true],
  ['a'.repeat(41), false],
  ['A'.repeat(40), false],
  ['main', false],
  [undefined, false],
])('a commit is a full name of one: %s, %s', (text, expected) => {
  expect(asCommitSha(text)).toBe(expected ? text : undefined)
})
