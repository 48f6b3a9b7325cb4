import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createObjectProcess } from '../../../src/adapters/git/object-process.ts'
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

async function pids(): Promise<readonly number[]> {
  const text = await readFile(join(bin, 'pids'), 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).map(Number)
}

async function gone(pid: number): Promise<void> {
  await holds(`the process ${pid} ends`, () => {
    try {
      return !process.kill(pid, 0)
    } catch {
      return true
    }
  })
}

async function open(more: { timeoutMs?: number; idleMs?: number; does?: string } = {}) {
  const environment = { PATH: await gitThat(more.does), OTHERS: process.env['PATH'] ?? '', GIT_DIR: origin.dir }
  const objects = createObjectProcess({ timeoutMs: 20_000, ...more, environment })
  resources.defer(async () => objects.close())
  return objects
}

const names = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text))

describe('the process that reads objects', () => {
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
    expect((await pids()).length).toBe(1)
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
    const [first = 0] = await pids()
    process.kill(first, 'SIGKILL')
    await gone(first)
    expect((await objects.contents(names(`${commit}:a`)))[0]?.content.toString()).toBe('text')
    expect((await pids()).length).toBe(2)
  })

  test('is ended when it does not answer in time, and the next question is put to another', async () => {
    const objects = await open({ timeoutMs: 300, does: 'exec sleep 60' })
    await expect(objects.sizes(names('a'))).rejects.toMatchObject({ code: 'E_GIT_TIMEOUT' })
    const [first = 0] = await pids()
    await gone(first)
    await expect(objects.sizes(names('a'))).rejects.toMatchObject({ code: 'E_GIT_TIMEOUT' })
    expect((await pids()).length).toBe(2)
  })

  test('ends when nobody has asked for a while', async () => {
    const commit = origin.commit({ a: 'text' })
    const objects = await open({ idleMs: 10 })
    await objects.sizes(names(commit))
    const [first = 0] = await pids()
    await gone(first)
    expect((await objects.sizes(names(commit)))[0]?.type).toBe('commit')
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
  const [first = 0] = await pids()
  await repositories[Symbol.asyncDispose]?.()
  await gone(first)
  expect(await repository.readFile(commit, 'b', 99)).toBeUndefined()
  await repositories[Symbol.asyncDispose]?.()
})
