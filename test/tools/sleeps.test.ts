import { expect, it } from 'vitest'
import { lintPlanted } from './planted-lint.ts'

/** Which of the snippets the rule against sleeps refuses, each planted in a test of its own. */
async function refused(snippets: readonly string[], folder = 'test/domain'): Promise<readonly string[]> {
  const files = Object.fromEntries(snippets.map((snippet, index) => [`${folder}/planted${index}.test.ts`, `${snippet}\n`]))
  const found = (await lintPlanted(files)).filter(({ rule }) => rule === 'kedge(no-sleep)').map(({ file }) => file)
  return snippets.filter((_, index) => found.includes(`${folder}/planted${index}.test.ts`))
}

it('an act after a time that nobody can call off is a sleep, whatever it does', async () => {
  const acts = [
    'setTimeout(() => other.close(), 150)',
    'setTimeout(resolve, 50)',
    'const { promise, resolve } = Promise.withResolvers(); setTimeout(resolve, 50); await promise',
    'const later = (work: () => void): void => void (slow ? setTimeout(work, 50) : work())',
    'slow && setTimeout(work, 50)',
    'globalThis.setTimeout(() => socket.write(more), 10)',
  ]
  expect(await refused(acts)).toEqual(acts)
})

it('a condition that time alone makes true is a sleep', async () => {
  const asks = [
    "const over = AbortSignal.timeout(50); await until(() => over.aborted || undefined, { what: 'over', timeoutMs: 60 })",
    "await holds('some time', () => performance.now() - begun > 1_800)",
    'await expect.poll(() => Date.now() - begun).toBeGreaterThan(50)',
    "await new Promise((resolve) => AbortSignal.timeout(50).addEventListener('abort', resolve))",
    'while (Date.now() < end) {}',
    'do {} while (performance.now() < end)',
    'for (; Date.now() < end; );',
  ]
  expect(await refused(asks)).toEqual(asks)
})

it('a clock that nobody moves by hand is real time, by whatever name it is waited for', async () => {
  const waits = [
    'await new Promise((resolve) => clock.after(50, resolve))',
    "import { machineClock } from './harness.ts'\nawait new Promise<void>((done) => void machineClock.after(50, done))",
    "import { createSystemClock } from './clock.ts'\nawait new Promise((resolve) => clock.setTimer(50, () => resolve(1)))",
  ]
  expect(await refused(waits)).toEqual(waits)
  const moved = ['createVirtualClock', 'createManualClock', 'handClock', 'createRunningStage'].map(
    (name) => `import { ${name} } from './clock.ts'\nawait new Promise((resolve) => clock.after(50, resolve))`,
  )
  expect(await refused(moved)).toEqual([])
})

it("Node's timers as promises are refused by every way to them", async () => {
  const ways = [
    "const { setTimeout: after } = require('node:timers/promises')",
    "import { promises } from 'node:timers'",
    "import timers from 'node:timers'\nawait timers.promises.setTimeout(50)",
    "export { setTimeout } from 'node:timers/promises'",
    'await scheduler.wait(50)',
    'await util.promisify(setTimeout)(50)',
  ]
  expect(await refused(ways)).toEqual(ways)
})

it('a program that sleeps is one, too, and so is what a script for another process waits for', async () => {
  const programs = [
    "spawn('sleep', ['1'])",
    "spawnSync('sleep', ['0.5'])",
    "execSync('sleep 1')",
    "execSync('sleep 1; kill $PID')",
    "execFileSync('/bin/sh', ['-c', 'start & sleep 2; stop'])",
    "spawnSync('sh', ['-c', 'while true; do sleep 1; done'])",
    "const script = 'await new Promise((resolve) => setTimeout(resolve, 50))'",
    'const script = `const x = ${y}; await new Promise(done => setTimeout(done, 50))`',
    "const script = `import { setTimeout } from 'node:timers/promises'`",
  ]
  expect(await refused(programs)).toEqual(programs)
})

it('what ends something too slow, what is kept to be cleared, and what only hangs is none', async () => {
  const fine = [
    "setTimeout(() => reject(new Error('late')), 50)",
    'setTimeout(() => patience.abort(), 50)',
    "setTimeout(() => child.kill('SIGKILL'), 50)",
    "setTimeout(() => { throw new Error('late') }, 50)",
    'const timer = setTimeout(call, 50)',
    'timer = setTimeout(call, 50)',
    'const arm = () => setTimeout(call, 50)',
    "await open({ does: 'exec sleep 60' })",
    "await until(() => answer, { what: 'an answer', timeoutMs: 50 })",
    'while (Date.now() < end) work()',
    "const words = 'it goes to sleep'",
  ]
  expect(await refused(fine)).toEqual([])
})
