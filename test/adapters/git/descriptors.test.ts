import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const source = (name: string): string => JSON.stringify(new URL(`../../../src/adapters/git/${name}`, import.meta.url).href)

const CALLS = {
  'the process that reads objects': `createObjectProcess({ environment, timeoutMs: 5_000 }).sizes([Buffer.from('HEAD')])`,
  'a process for one call': `runGit({ args: ['version'], timeoutMs: 5_000, environment })`,
}

test.each(Object.entries(CALLS))('where no descriptor is free, %s is a fault, and Kedge goes on', (_, call) => {
  const script = `
    import { closeSync, openSync } from 'node:fs'
    import { createObjectProcess } from ${source('object-process.ts')}
    import { runGit } from ${source('run-git.ts')}
    const environment = { PATH: process.env.PATH, GIT_DIR: '/' }
    await runGit({ args: ['version'], timeoutMs: 5_000, environment })
    const opened = []
    try { for (;;) opened.push(openSync('/dev/null', 'r')) } catch {}
    const told = await ${call}.catch((error) => error.message)
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    opened.forEach((one) => closeSync(one))
    console.log(told)
  `
  const shell = ['-c', 'ulimit -n 100 && exec "$0" --input-type=module --eval "$1"', process.execPath, script]
  const { stdout, stderr } = spawnSync('/bin/sh', shell, { encoding: 'utf8' })
  expect([stderr, stdout]).toEqual(['', expect.stringMatching(/git (?:cat-file|version) could not run: too many files are open\n$/)])
})
