import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDemo } from '../../src/cli/commands/demo.ts'
import { TOKENS } from '../../src/simulator/world/story.ts'
import { remember } from './remember.ts'

/** A story takes a few seconds; the machine may have other things to do. */
const PATIENCE_MS = 90_000

describe('kedge demo --once', { timeout: PATIENCE_MS }, () => {
  let folder: string
  let before: string | undefined

  beforeEach(async () => {
    before = process.env['TMPDIR']
    folder = await mkdtemp(join(tmpdir(), 'kedge-test-'))
    process.env['TMPDIR'] = folder
  })
  afterEach(async () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    await rm(folder, { recursive: true })
  })

  it('ends by itself with 0 when every step held, tells no secret and no path, and leaves no file', async () => {
    const { said, io } = remember()
    expect(await runDemo({ once: true, scenario: 'human-abort', port: 0 }, io)).toBe(0)
    expect(said.out).toContain('every step held')
    for (const secret of [...Object.values(TOKENS), folder]) expect(said.out + said.err).not.toContain(secret)
    expect(await readdir(folder)).toEqual([])
  })

  it('waits with --pause for Enter where there is something to look at, and goes on then', async () => {
    const { said, io } = remember()
    let atAsking = ''
    const ask = async (): Promise<string> => {
      atAsking = said.out
      return ''
    }
    expect(await runDemo({ once: true, pause: true, port: 0 }, { ...io, ask })).toBe(0)
    expect(atAsking).toMatch(/PR #2[^]*Bob looks at the PR and merges it as soon as you press Enter/)
    expect(atAsking).not.toContain('Bob merges')
    expect(said.out).toContain('Bob merges PR #2')
  })

  it('takes a free port where 8484 is taken', async () => {
    const taken = createServer()
      .listen(8484, '127.0.0.1')
      .on('error', () => undefined)
    const { io, said } = remember()
    const interrupted = new AbortController()
    const demo = runDemo(
      { once: true, interrupted: () => interrupted.signal },
      { ...io, stdout: (text) => (io.stdout(text), text.includes('page at') && interrupted.abort()) },
    )
    expect(await demo).toBe(1)
    expect(said.out).toMatch(/page at http:\/\/127\.0\.0\.1:(?!8484\b)\d+/)
    taken.close()
  })

  it('a scenario that does not exist is wrong use', async () => {
    const { said, io } = remember()
    expect(await runDemo({ once: true, scenario: 'earthquake' }, io)).toBe(2)
    expect(said.err).toContain('later-commit')
    expect(await runDemo({ once: true, forge: 'sourceforge' }, io)).toBe(2)
    expect(said.err).toContain('there is no forge sourceforge; there are github, gitea, gitlab')
  })
})
