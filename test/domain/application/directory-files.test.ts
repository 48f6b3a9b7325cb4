import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { chooseManifests } from '../../../src/domain/application/directory-files.ts'
import { readOfFolder } from '../../../src/domain/application/read-by-tool.ts'
import { REPO, stageApplication } from '../../simulation/application.ts'

const FILES = ['prod.yaml', 'staging.yaml', 'README.md', 'below/more.yaml']

async function inputsOf(directory: Record<string, unknown>, files: readonly string[] = FILES): Promise<readonly string[] | undefined> {
  const sources = [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', directory }]
  const application = readApplication('prod', stageApplication({ now: () => 0, nextVersion: () => 1 }, { sources }).object())
  const [source] = application?.sources ?? []
  if (!application || !source) throw new Error('no Application')
  const found = await readOfFolder(
    application,
    { source: { ...source, tool: 'Directory' }, index: 0, folder: 'apps/web' },
    async () => files,
  )
  return found?.map(({ path }) => path)
}

describe('the inputs of a plain folder', () => {
  it.each<[string, Record<string, unknown>, readonly string[] | undefined]>([
    ['leave out what is excluded', { exclude: 'staging.yaml' }, ['apps/web/prod.yaml']],
    ['are what is included', { include: '{prod,other}.yaml' }, ['apps/web/prod.yaml']],
    ['are chosen below, too', { recurse: true, exclude: '{staging.yaml,prod.*}' }, ['apps/web/below/more.yaml']],
    ['are all of it where a pattern cannot be read', { exclude: '{' }, undefined],
  ])('%s', async (_, directory, expected) => {
    expect(await inputsOf(directory)).toEqual(expected)
  })

  it('are all of it where Jsonnet may import any file', async () => {
    expect(await inputsOf({ exclude: 'staging.yaml' }, ['web.jsonnet', 'staging.yaml'])).toBeUndefined()
  })
})

it('a pattern that costs too much is given up, however many files there are', () => {
  const include = `{${Array(64).fill('*').join(',')}}${'*a'.repeat(400)}b`
  const files = Array.from({ length: 1_000 }, (_, index) => `${'a'.repeat(200)}${index}.yaml`)
  const before = process.cpuUsage()
  expect(chooseManifests(files, { recurse: true, include, exclude: undefined, anyEnding: false })).toBeUndefined()
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000)
})
