import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'

const absent = join(mkdtempSync(join(tmpdir(), 'kedge-config-')), 'kedge.yaml')

test('without a file that anybody has named, the built-in settings hold: one cluster, mode observe', () => {
  const { config } = loadConfig({ file: absent, env: {}, optional: true })
  expect(config.policy.defaults.mode ?? 'observe').toBe('observe')
  expect(config.clusters).toHaveLength(1)
})

test('a file that was named has to be there', () => {
  expect(() => loadConfig({ file: absent, env: {} })).toThrow(/E_CONFIG_INVALID.*does not exist/s)
})
