import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { createConfigSource } from '../../src/config/source.ts'
import { configFolder } from './files.ts'

const naming = (token: string): string => `{ apiVersion: kedge/v1, github: { tokenFile: ${token} } }`

it('a secret that is not there yet is waited for: it may be mounted a minute after the configuration that names it', () => {
  using folder = configFolder(naming('token'), { token: 'planted-token' })
  const location = { file: folder.file, env: {} }
  const source = createConfigSource(location, loadConfig(location))
  writeFileSync(folder.file, naming('next'))
  expect(source.read()).toEqual({ faults: [expect.stringContaining('does not exist') as string] })
  const without = source.fingerprint()
  writeFileSync(join(folder.path, 'next'), 'planted-next-token')
  expect(source.fingerprint()).not.toBe(without)
  expect(source.read()).toHaveProperty('loaded')
})

it('a file that does not parse is watched on', () => {
  using folder = configFolder(naming('token'), { token: 'planted-token' })
  const location = { file: folder.file, env: {} }
  const source = createConfigSource(location, loadConfig(location))
  writeFileSync(folder.file, '{')
  expect(source.read()).toHaveProperty('faults')
  const broken = source.fingerprint()
  writeFileSync(folder.file, naming('token'))
  expect(source.fingerprint()).not.toBe(broken)
})
