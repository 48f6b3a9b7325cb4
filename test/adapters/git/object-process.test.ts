import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createObjectProcess } from '../../../src/adapters/git/object-process.ts'
import { createProcessLimit, type ProcessLimit } from '../../../src/adapters/git/process-limit.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { holds } from '../../until.ts'
import { openAt } from './open.ts'

let resources: AsyncDisposableStack
let origin: Origin
let bin: string

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  origin = resources.use(await createOrigin())
  bin = await mkdtemp(join(tmpdir(), 'kedge-bin-'))
  resources.defer(() => rm(bin, { recursive: true, force: true }))
})
afterEach(() => resources.disposeAsync())

/** A `git` that notes its process id before it is git, or does something else. */
async function gitThat(does = `exec git "$@"`): Promise<string> {
  await writeFile(
    join(bin, 'git'),
    `#!/bin/sh\nPATH="$OTHERS"\ncase "$*" in *--batch-command*) echo $$ >> '${bin}/pids' ;; esac\n${does}\n`,
  )
  await chmod(join(bin, 'git'), 0o755)
  return `${bin}:${process.env['PATH']}`
}

function pids(): readonly number[] {
  const text = existsSync(join(bin, 'pids')) ? readFileSync(join(bin, 'pids'), 'utf8') : ''
  return text.split('\n').filter(Boolean).map(Number)
}

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<void> {
  await holds(`the process ${pid} ends`, () => !lives(pid))
}

async function open(more: { timeoutMs?: number; idleMs?: number; does?: string; limit?: ProcessLimit } = {}) {
  const environment = { PATH: await gitThat(more.does), OTHERS: process.env['PATH'] ?? '', GIT_DIR: origin.dir }
  const objects = createObjectProcess({ timeoutMs: 20_000, ...more, environment })
  resources.defer(async () => objects.close())
  return objects
}

const names = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text))

describe('the process that reads objects', () => {
  test.each([0, 1, 5, 6, 300_000, 2_000_000])('gives no more than the first bytes that are wanted, of %i', async (size) => {
    const commit = origin.commit({ [`long-${size}`]: 'x'.repeat(size), short: 'other' })
    const objects = await open()
    const read = await objects.contents(names(`${commit}:long-${size}`, `${commit}:short`, `${commit}:none`, `${commit}:long-${size}`), 5)
    const long = { size, content: Buffer.from('x'.repeat(Math.min(size, 5))) }
    expect(read).toEqual([
      expect.objectContaining(long),
      expect.objectContaining({ size: 5, content: Buffer.from('other') }),
      undefined,
      expect.objectContaining(long),
    ])
    expect((await objects.contents(names(`${commit}:short`)))[0]?.content.toString()).toBe('other')
  })

  test('answers question after question, in the order of the names, with what is not there as absent', async () => {
    const commit = origin.commit({ 'a/b': 'text\n', 'a\nb missing\n': 'line ends', c: '' })
    const objects = await open()
    const [file, none, odd, empty] = await objects.contents(
      names(`${commit}:a/b`, `${commit}:no\nsuch`, `${commit}:a\nb missing\n`, `${commit}:c`),
    )
    expect([file?.content.toString(), none, odd?.content.toString(), empty?.content.toString()]).toEqual([
      'text\n',
      undefined,
      'line ends',
      '',
    ])
    const [tree, absent] = await objects.sizes(names(`${commit}^{tree}`, 'f'.repeat(40)))
    expect([tree?.type, tree?.oid, absent]).toEqual(['tree', origin.git(['rev-parse', `${commit}^{tree}`]), undefined])
    expect(pids().length).toBe(1)
  })

  test('sees what came after it was started', async () => {
    const objects = await open()
    expect(await objects.sizes(names('f'.repeat(40)))).toEqual([undefined])
    const commit = origin.commit({ a: 'later' })
    origin.git(['repack', '-a', '-d', '-q'])
    expect((await objects.contents(names(`${commit}:a`)))[0]?.content.toString()).toBe('later')
  })

  test('gives large contents whole, whoever asks beside', async () => {
    const large = 'x'.repeat(3_000_000)
    const commit = origin.commit({ large, small: 'y' })
    const objects = await open()
    const answers = await Promise.all([objects.contents(names(`${commit}:large`)), objects.contents(names(`${commit}:small`))])
    expect(answers.map(([object]) => object?.content.toString())).toEqual([large, 'y'])
  })

  test('is replaced when it was killed', async () => {
    const commit = origin.commit({ a: 'text' })
    const objects = await open()
    await objects.sizes(names(commit))
    const [first = 0] = pids()
    process.kill(first, 'SIGKILL')
    await gone(first)
    expect((await objects.contents(names(`${commit}:a`)))[0]?.content.toString()).toBe('text')
    expect(pids().length).toBe(2)
  })

  test('is ended when it does not answer in time, and the next question is put to another', async () => {
    const objects = await open({ timeoutMs: 300, does: 'exec sleep 60' })
    await expect(objects.sizes(names('a'))).rejects.toMatchObject({ code: 'E_GIT_TIMEOUT' })
    const [first = 0] = pids()
    await gone(first)
    await expect(objects.sizes(names('a'))).rejects.toMatchObject({ code: 'E_GIT_TIMEOUT' })
    expect(pids().length).toBe(2)
  })

  test('ends when nobody has asked for a while', async () => {
    const commit = origin.commit({ a: 'text' })
    const objects = await open({ idleMs: 10 })
    await objects.sizes(names(commit))
    const [first = 0] = pids()
    await gone(first)
    expect((await objects.sizes(names(commit)))[0]?.type).toBe('commit')
  })

  test('closed, starts no other for questions that were waiting', async () => {
    const objects = await open({ does: 'exec sleep 60' })
    const answers = Promise.allSettled([1, 2, 3].map(() => objects.sizes(names('f'.repeat(40)))))
    await holds('one is running', () => pids().length === 1)
    objects.close()
    for (const answer of await answers) expect(answer).toMatchObject({ reason: { code: 'E_GIT_PROGRAM' } })
    expect(pids().length).toBe(1)
  })

  test('makes room for others: the one that has rested longest ends, and who is at work is waited for', async () => {
    const commit = origin.commit({ a: 'text' })
    const limit = createProcessLimit(2)
    const [one, two, three] = [await open({ limit }), await open({ limit }), await open({ limit })]
    await one.sizes(names(commit))
    await two.sizes(names(commit))
    await one.sizes(names(commit))
    const [first = 0, second = 0] = pids()
    await three.sizes(names(commit))
    await gone(second)
    expect(lives(first)).toBe(true)
    const answers = await Promise.all([one, two, three, one, two, three].map((each) => each.contents(names(`${commit}:a`))))
    expect(answers.map(([object]) => object?.content.toString())).toEqual(Array.from({ length: 6 }, () => 'text'))
    await holds('two are left', () => pids().filter(lives).length === 2)
  })

  test.for([
    ['no git', 'E_GIT_PROGRAM', 'exit 1', 'nowhere'],
    ['a git that does not know the question', 'E_GIT_BROKEN_MIRROR', 'echo "fatal: what?" >&2; exit 129', undefined],
    ['a git that answers something else', 'E_GIT_BROKEN_MIRROR', 'echo hello; exec cat', undefined],
  ] as const)('%s is told as a fault: %s', async ([, code, does, path]) => {
    const environment = { PATH: path ?? (await gitThat(does)), OTHERS: process.env['PATH'] ?? '', GIT_DIR: origin.dir }
    const objects = createObjectProcess({ timeoutMs: 20_000, environment })
    resources.defer(async () => objects.close())
    await expect(objects.sizes(names('a'))).rejects.toMatchObject({ code })
  })
})

test('a mirror whose repositories are closed leaves no process behind, and can still be asked', async () => {
  const commit = origin.commit({ a: 'text' })
  const script = `OTHERS='${process.env['PATH']}' PATH='${process.env['PATH']}' exec git "$@"`
  const { repositories, repository } = resources.use(await openAt(origin.dir, { searchPath: await gitThat(script) }))
  await repository.fetch('main')
  expect(await repository.readFile(commit, 'a', 99)).toBe('text')
  const [first = 0] = pids()
  await repositories[Symbol.asyncDispose]?.()
  await gone(first)
  expect(await repository.readFile(commit, 'b', 99)).toBeUndefined()
  await repositories[Symbol.asyncDispose]?.()
})

test('the processes are not as many as the repositories', async () => {
  const commit = origin.commit({ a: 'text' })
  const script = `OTHERS='${process.env['PATH']}' PATH='${process.env['PATH']}' exec git "$@"`
  const { repositories } = resources.use(await openAt(origin.dir, { searchPath: await gitThat(script) }))
  for (let at = 0; at < 18; at += 1) {
    const repository = await repositories.open(`https://git.example/acme/r${at}.git`)
    expect(await repository.objectNames(commit, ['a'])).toMatchObject({ a: expect.any(String) })
  }
  await holds('sixteen are left', () => pids().filter(lives).length === 16)
  await repositories[Symbol.asyncDispose]?.()
})
