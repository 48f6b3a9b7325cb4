import { describe, expect, it } from 'vitest'
import { inputsOf, one, type Files } from './inputs-of.ts'

const FILES: Files = { 'apps/web/a.yaml': 'x: 1\n', 'shared/b.yaml': 'x: 1\n', 'other/c.yaml': 'x: 1\n' }
const PLUGIN = 'what the plugin reads that renders apps/web'
const read = (paths: string) => inputsOf(FILES, one({ plugin: {} }, { 'argocd.argoproj.io/manifest-generate-paths': paths }))

describe('manifest-generate-paths, where something is not known,', () => {
  it.each([
    ['.;/shared', ['apps/web/a.yaml', 'shared/b.yaml']],
    ['/apps/web;../../shared', ['apps/web/a.yaml', 'shared/b.yaml']],
    ['/apps/**;/shared/*.yaml', ['apps/web/a.yaml', 'shared/b.yaml']],
    ['/', Object.keys(FILES)],
  ])('is believed as %s', async (paths, expected) => {
    expect(await read(paths)).toEqual({ read: expected, unknown: [] })
  })

  it.each([
    ['a typo', '/apps/wbe', ['manifest-generate-paths, which does not cover apps/web', PLUGIN]],
    ['a typo beside', '.;/shraed', ['the path /shraed of manifest-generate-paths, which names nothing in the repository']],
    [
      'a pattern of nothing',
      '.;/shared/*.yml',
      ['the path /shared/*.yml of manifest-generate-paths, which names nothing in the repository'],
    ],
    [
      'a long one beside',
      `.;/${'x'.repeat(1_999)}`,
      [expect.stringMatching(/^the path \/x{98}… of .*, which names nothing in the repository$/)],
    ],
    ['another folder', '/shared', ['manifest-generate-paths, which does not cover apps/web', PLUGIN]],
    ['a part of the folder', '/apps/web/*.json;/shared', ['manifest-generate-paths, which does not cover apps/web', PLUGIN]],
    ['a long one', `/${'x'.repeat(1_999)}`, ['manifest-generate-paths, which does not cover apps/web', PLUGIN]],
    [
      'one that leaves the repository',
      '.;../../../..',
      ['the path ../../../.. of manifest-generate-paths, which leaves the repository', PLUGIN],
    ],
    ['one that is cut', `.;${';'.repeat(4_096)}/hidden`, ['manifest-generate-paths, which has more than 4096 characters', PLUGIN]],
    ['one of many', './a;'.repeat(600), ['manifest-generate-paths, which names more than 500 paths', PLUGIN]],
  ])('is not believed as %s', async (_, paths, unknown) => {
    expect((await read(paths)).unknown).toEqual(unknown)
  })
})
