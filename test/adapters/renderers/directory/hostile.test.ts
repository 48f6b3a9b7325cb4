import { expect, test, vi } from 'vitest'
import { readManifests } from '../../../../src/adapters/renderers/directory/manifests.ts'
import { HOSTILE_YAML } from '../../../hostile-yaml.ts'

test.each(Object.entries(HOSTILE_YAML))('%s hold nobody up', (_, text) => {
  const before = process.cpuUsage()
  readManifests('rollout.yaml', `kind: Rollout\n---\n# Rollout\n${text}`)
  const { user, system } = process.cpuUsage(before)
  // Of the processor, not of the clock: others may be at work on the machine.
  expect((user + system) / 1_000).toBeLessThan(100)
})

test('a document that is too large is not parsed, and one that names no Rollout is passed over', () => {
  const large = `a: ${'x'.repeat(64 * 1024)}\n`
  expect(readManifests('a.yaml', `kind: Rollout\n${large}`)).toEqual({ fault: 'too-large' })
  expect(readManifests('a.yaml', `kind: ConfigMap\n${large}---\nkind: Rollout\n`)).toMatchObject({ manifests: [{ kind: 'Rollout' }] })
  expect(readManifests('a.yaml', '{broken\n---\nkind: Rollout\n')).toMatchObject({ manifests: [{ kind: 'Rollout' }] })
})

test('nothing of a file is said on a terminal', () => {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  readManifests('a.yaml', 'kind: Rollout\nx: !unknown planted\ny: *planted\n%planted\n')
  expect(emit).not.toHaveBeenCalled()
  emit.mockRestore()
})
