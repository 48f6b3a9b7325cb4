import { expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { fileNames } from '../../../src/domain/application/file-names.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { application, REPOSITORY } from '../../contract/renderer.ts'

function names(text: string, more: Partial<ApplicationSnapshot> = {}, path: string | undefined = 'web'): readonly string[] | undefined {
  const read = readApplication('hub', application())
  const [source] = read?.sources ?? []
  if (!read || !source) throw new Error('no Application')
  return fileNames(text, { ...read, ...more }, { ...source, path })
}

it.each([
  ['a.yaml', ['a.yaml']],
  ['$ARGOCD_APP_NAME.yaml', ['web.yaml', 'argocd_web.yaml']],
  ['${ARGOCD_APP_NAMESPACE}/a', ['shop/a']],
  ['$ARGOCD_APP_PROJECT_NAME', ['shop']],
  ['$ARGOCD_APP_SOURCE_PATH/a', ['web/a']],
  ['$ARGOCD_APP_SOURCE_REPO_URL', [REPOSITORY]],
  ['$ARGOCD_APP_SOURCE_TARGET_REVISION', ['main']],
  ['$ARGOCD_APP_REVISION_SHORT_8/a', ['*/a']],
  ['a${UNKNOWN}b', ['ab']],
  ['{a,b}/{c,d}', ['a/c', 'a/d', 'b/c', 'b/d']],
  ['{a,{b,c}}', ['a', 'b', 'c']],
  ['{a,a}', ['a']],
  ['{}', ['']],
  ['{a', ['{a']],
  ['undefined.yaml', ['undefined.yaml']],
  ['{$,$&}', ['$', '$&']],
])('a name stands for what Argo CD makes of it: %s', (text, expected) => {
  expect(new Set(names(text))).toEqual(new Set(expected))
})

it('what the Application does not say is empty', () => {
  expect(names('$ARGOCD_APP_NAMESPACE/a', { destinationNamespace: undefined })).toEqual(['/a'])
})

it('a name that stands for too many is not followed', () => {
  const many = (count: number): string => `{${Array.from({ length: count }, (_, at) => at).join(',')}}`
  expect([names(many(199))?.length, names(many(200)), names(many(201))]).toEqual([199, undefined, undefined])
  // Written out, and of one name.
  expect(names(`{${Array(200).fill('a').join(',')}}`)).toEqual(['a'])
  expect(names(`{${Array(201).fill('a').join(',')}}`)).toBeUndefined()
  expect([names('{a}'.repeat(20)), names('{a}'.repeat(21))]).toEqual([['a'.repeat(20)], undefined])
})
