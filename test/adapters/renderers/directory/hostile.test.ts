import { expect, test, vi } from 'vitest'
import { readManifests } from '../../../../src/adapters/renderers/directory/manifests.ts'
import { HOSTILE_YAML } from '../../../hostile-yaml.ts'

test.each(Object.entries(HOSTILE_YAML))('%s hold nobody up', async (_, text) => {
  const before = process.cpuUsage()
  await readManifests('rollout.yaml', `kind: Rollout\n---\n# Rollout\n${text}`)
  const { user, system } = process.cpuUsage(before)
  // Of the processor, not of the clock: others may be at work on the machine.
  expect((user + system) / 1_000).toBeLessThan(100)
})

test('a document that is too large is not parsed, and one that names no Rollout is passed over', async () => {
  const large = `a: ${'x'.repeat(64 * 1024)}\n`
  expect(await readManifests('a.yaml', `kind: Rollout\n${large}`)).toEqual({ fault: 'too-large' })
  expect(await readManifests('a.yaml', `kind: ConfigMap\n${large}---\nkind: Rollout\n`)).toMatchObject({ manifests: [{ kind: 'Rollout' }] })
  expect(await readManifests('a.yaml', '{broken\n---\nkind: Rollout\n')).toMatchObject({ manifests: [{ kind: 'Rollout' }] })
})

test('nothing of a file is said on a terminal', async () => {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  await readManifests('a.yaml', 'kind: Rollout\nx: !unknown planted\ny: *planted\n%planted\n')
  expect(emit).not.toHaveBeenCalled()
  emit.mockRestore()
})

test('a file of more documents than anybody writes is not read, and one of many lets others have their turn', async () => {
  const many = (count: number): string => `kind: Rollout\n${'---\na: /hook\n'.repeat(count)}`
  expect(await readManifests('a.yaml', many(52_000))).toEqual({ fault: 'too-large' })
  let turns = 0
  const looked = readManifests('a.yaml', many(1_900))
  const look = (): void => {
    turns += 1
    if (turns < 10) setImmediate(look)
  }
  setImmediate(look)
  expect(await looked).toMatchObject({ manifests: [{ kind: 'Rollout' }], irreversible: [] })
  expect(turns).toBe(10)
})
