import { describe, expect, test } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'

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
