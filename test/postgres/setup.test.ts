import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { startPostgres, whyNoPostgres } from './server.ts'
import { provideServer } from './setup.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const refuses = () => Promise.reject(new Error('initdb: error: could not look up effective user ID 12345: user does not exist'))

test.runIf(whyNoPostgres() === undefined)(
  'a server that does not start leaves its own tests out, with the reason, and no other',
  async () => {
    vi.stubEnv('KEDGE_TEST_POSTGRES', '')
    const provided: unknown[] = []
    expect(await provideServer((value) => provided.push(value), refuses)).toBeUndefined()
    expect(provided).toEqual([{ missing: expect.stringContaining('user ID 12345') as string }])
    vi.stubEnv('KEDGE_TEST_POSTGRES', 'required')
    await expect(provideServer(() => undefined, refuses)).rejects.toThrow('must not be left out here: it does not start here')
  },
)

test.runIf(whyNoPostgres() === undefined)('a server that does not start leaves no folder', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-no-start-'))
  // Nobody has to get there.
  await chmod(folder, 0o755)
  vi.stubEnv('TMPDIR', folder)
  await expect(startPostgres(['no_such_setting = 1'])).rejects.toThrow('did not start')
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})
