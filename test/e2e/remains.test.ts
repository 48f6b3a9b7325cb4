import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clearRemains } from './remains.ts'

let runs: string
let started: ChildProcess[]
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'kedge-runs-'))
  started = []
})
afterEach(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(runs, { recursive: true, force: true })
})

/** A process that waits to be ended, with these words in its command line. */
async function waiting(...words: readonly string[]): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', 'console.log(); setInterval(() => {}, 1e6)', ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  started.push(child)
  await once(child.stdout, 'data')
  return child as ChildProcess & { pid: number }
}

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = await waiting()
  child.kill('SIGKILL')
  await once(child, 'exit')
  return child.pid
}

describe('the next run after one that was killed', () => {
  it('ends the Kedge of the dead run and removes its files', async () => {
    const folder = join(runs, String(await deadPid()))
    mkdirSync(join(folder, 'kedge'), { recursive: true })
    const kedge = await waiting('serve', '--config', join(folder, 'kedge/kedge.yaml'))
    const ended = once(kedge, 'exit')
    clearRemains(runs)
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(readdirSync(runs)).toEqual([])
  })

  it('leaves a run that goes on alone, and its Kedge', async () => {
    const run = await waiting('test/e2e/run.ts')
    mkdirSync(join(runs, String(run.pid)))
    const kedge = await waiting('serve', '--config', join(runs, String(run.pid), 'kedge.yaml'))
    clearRemains(runs)
    expect(kedge.kill(0)).toBe(true)
    expect(readdirSync(runs)).toEqual([String(run.pid)])
  })

  it('takes the folder of a dead run away though its number is another process by now', async () => {
    const other = await waiting('something', 'else')
    mkdirSync(join(runs, String(other.pid)))
    clearRemains(runs)
    expect(other.kill(0)).toBe(true)
    expect(readdirSync(runs)).toEqual([])
  })
})
