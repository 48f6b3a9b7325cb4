import { describe, expect, test } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import { MOST_NAMES, namedFiles } from '../../../../src/domain/application/inputs.ts'
import { normaliseRepoURL } from '../../../../src/domain/application/repo-url.ts'

function read(source: object, status: object = {}): ReturnType<typeof readApplication> {
  const metadata = { namespace: 'argocd', name: 'web', uid: 'u', resourceVersion: '1' }
  return readApplication('hub', {
    kind: 'Application',
    metadata,
    spec: { source: { repoURL: 'https://git.example/x', path: 'web', ...source } },
    status,
  })
}

describe('the tool of a source', () => {
  test.each([
    [{}, undefined],
    [{ helm: {} }, 'Helm'],
    [{ kustomize: { images: [] } }, 'Kustomize'],
    [{ plugin: { name: 'x' } }, 'Plugin'],
    [{ directory: { recurse: true } }, 'Directory'],
    [{ helm: null, kustomize: 'x' }, undefined],
  ])('%j is %s', (source, tool) => expect(read(source)?.sources[0]?.tool).toBe(tool))

  test('is what Argo CD found, too, one for each source', () => {
    expect(read({}, { sourceType: 'Plugin' })?.sourceTypes).toEqual(['Plugin'])
    expect(read({}, { sourceTypes: ['Helm', 'Directory'] })?.sourceTypes).toEqual(['Helm', 'Directory'])
    expect(read({}, { sourceType: 7 })?.sourceTypes).toEqual([])
  })
})

test('the options of a plain folder are read, and odd ones passed over', () => {
  expect(
    read({ directory: { recurse: true, include: '*.yaml', exclude: '{a,b}', disableExtensionFilter: true } })?.sources[0]?.directory,
  ).toEqual({
    recurse: true,
    include: '*.yaml',
    exclude: '{a,b}',
    anyEnding: true,
  })
  expect(read({ directory: { recurse: 'yes', include: 3, exclude: '' } })?.sources[0]?.directory).toEqual({
    recurse: false,
    include: undefined,
    exclude: undefined,
    anyEnding: false,
  })
})

describe('what an Application names', () => {
  const MANY = Array.from({ length: 70 }, (_, at) => `${at}.yaml`)
  const paths = MANY.map((path) => ({ path }))

  test.each([
    ['value files', { helm: { valueFiles: MANY } }, { valueFiles: MANY }],
    ['file parameters', { helm: { fileParameters: paths } }, { fileParameters: MANY }],
    ['components', { kustomize: { components: MANY } }, { folders: MANY }],
    ['patches', { kustomize: { patches: paths } }, { folders: MANY }],
    ['libraries', { directory: { jsonnet: { libs: MANY } } }, { folders: MANY.map((path) => `/${path}`) }],
  ])('is all read: %s', (_, source, expected) => expect(read(source)?.sources[0]).toMatchObject(expected))

  test('is known to be more than is followed', () => {
    const named = Array.from({ length: MOST_NAMES + 100 }, (_, at) => `${at}.yaml`)
    const found = read({ helm: { valueFiles: named } })
    expect(found?.sources[0]?.valueFiles).toHaveLength(MOST_NAMES + 1)
    expect(found && namedFiles(found, normaliseRepoURL('https://git.example/x'))).toMatchObject({ isAll: false })
  })
})
