import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asCommitSha } from '../../../src/domain/application/commit.ts'
import { putFile, readLoose, writeLoose } from '../../contract/git/loose-objects.ts'
import type { GitObject } from './objects.ts'
import type { Remote } from './remote.ts'

/**
 * A bare repository on this disk as a remote: its files are read and written as Git does it, without a process, unless objects lie in a
 * pack. What a name stands for never changes, so each object is read once.
 */
export function createRemoteAt(dir: string): Remote {
  const known = new Map<string, GitObject>()
  const fileOf = (branch: string): string => join(dir, 'refs', 'heads', branch)
  let packsRead = ''

  function branch(name: string): string | undefined {
    const text = textOf(fileOf(name))
    return asCommitSha(text) ?? (text === '' ? packedRef(dir, `refs/heads/${name}`) : headOf(text))
  }

  function headOf(text: string): string | undefined {
    const name = BRANCH.exec(text)?.[1]
    return name === undefined ? undefined : branch(name)
  }

  /** Objects that a pack holds are read all at once. */
  function readPacks(): void {
    const packs = readdirSafely(join(dir, 'objects', 'pack')).join('\n')
    if (packs === packsRead) return
    packsRead = packs
    for (const [oid, object] of objectsByGit(dir)) known.set(oid, object)
  }

  return {
    branch,
    defaultBranch() {
      const name = BRANCH.exec(textOf(join(dir, 'HEAD')))?.[1]
      return name === undefined || branch(name) === undefined ? undefined : name
    },
    object(oid) {
      if (asCommitSha(oid) === undefined) return undefined
      const there = known.get(oid) ?? looseAt(dir, oid)
      if (there) known.set(oid, there)
      else readPacks()
      return known.get(oid)
    },
    create(name, commit, objects) {
      if (branch(name) !== undefined) return false
      for (const { type, bytes } of objects.values()) writeLoose(dir, type, bytes)
      putFile(fileOf(name), `${commit}\n`)
      return true
    },
    remove(name, expected) {
      if (branch(name) !== expected) return false
      rmSync(fileOf(name))
      removeEmpty(dirname(fileOf(name)), join(dir, 'refs', 'heads'))
      return true
    },
  }
}

const BRANCH = /^ref: refs\/heads\/(.+)$/

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1').trim()
  } catch {
    return ''
  }
}

function readdirSafely(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Source: https://git-scm.com/docs/gitrepository-layout, `packed-refs` */
function packedRef(dir: string, ref: string): string | undefined {
  const line = textOf(join(dir, 'packed-refs'))
    .split('\n')
    .find((one) => one.endsWith(` ${ref}`))
  return asCommitSha(line?.split(' ')[0])
}

function looseAt(dir: string, oid: string): GitObject | undefined {
  try {
    return readLoose(dir, oid)
  } catch {
    return undefined
  }
}

function* objectsByGit(dir: string): Generator<[string, GitObject]> {
  const { stdout } = spawnSync('git', ['-C', dir, 'cat-file', '--batch-all-objects', '--batch'], { maxBuffer: 1 << 28 })
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf(0x0a, at)
    const [oid = '', type = '', size = '0'] = stdout.toString('latin1', at, end).split(' ')
    yield [oid, { type: type as GitObject['type'], bytes: stdout.subarray(end + 1, end + 1 + Number(size)) }]
    at = end + 2 + Number(size)
  }
}

/** As Git does, so that a branch may have the name of what was a folder of branches. */
function removeEmpty(folder: string, root: string): void {
  if (folder === root || readdirSync(folder).length > 0) return
  rmdirSync(folder)
  removeEmpty(dirname(folder), root)
}
