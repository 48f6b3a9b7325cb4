import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { configFolder } from './files.ts'

it('an API that is reached from elsewhere without an admin token, or under any name, is warned of', () => {
  const warningsOf = (api: string, env = {}): readonly string[] => {
    using folder = configFolder(`apiVersion: kedge/v1\nserver: { api: { ${api} } }\n`, { token: 'x' })
    return loadConfig({ file: folder.file, env }).config.warnings.map((line) => line.replace(/^.*?: /, ''))
  }
  const unnamed = 'answers under any name: without `hosts` beside it, a page in a browser of yours can read it'
  const unsigned = 'is reached from elsewhere, and there is no admin token: only this machine may adopt'
  expect(warningsOf('host: 0.0.0.0').map((line) => line.replace(/^.*?(?=answers|is reached)/, ''))).toEqual([unnamed, unsigned])
  expect(warningsOf('host: 0.0.0.0, hosts: [Kedge.Example], adminTokenFile: token')).toEqual([])
  expect(warningsOf('host: 0.0.0.0, hosts: [kedge.example]', { KEDGE_ADMIN_TOKEN: 't' })).toEqual([])
  expect(warningsOf('host: 127.0.0.1')).toEqual([])
})
