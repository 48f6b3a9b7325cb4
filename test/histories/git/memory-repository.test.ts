import { spawnSync } from 'node:child_process'
import { describeGitRepository } from '../../contract/git-repository.ts'
import type { Origin } from '../../contract/git/origin.ts'
import { createMemoryRepository } from './memory-repository.ts'
import type { GitObject } from './objects.ts'
import type { Remote } from './remote.ts'

describeGitRepository('in memory', async (origin) => ({
  repository: createMemoryRepository('https://git.example/acme/gitops.git', remoteOn(origin)),
  [Symbol.asyncDispose]: async () => undefined,
}))

/** The real repository as a remote: all its objects are read at once whenever one is not known. */
function remoteOn(origin: Origin): Remote {
  const known = new Map<string, GitObject>()
  const readAll = (): void => {
    const { stdout } = spawnSync('git', ['-C', origin.dir, 'cat-file', '--batch-all-objects', '--batch'], { maxBuffer: 1 << 28 })
    for (let at = 0; at < stdout.length;) {
      const end = stdout.indexOf(0x0a, at)
      const [oid = '', type = '', size = '0'] = stdout.toString('latin1', at, end).split(' ')
      known.set(oid, { type: type as GitObject['type'], bytes: stdout.subarray(end + 1, end + 1 + Number(size)) })
      at = end + 2 + Number(size)
    }
  }
  const branch = (name: string): string | undefined =>
    origin
      .git(['for-each-ref', '--format=%(objectname) %(refname)'])
      .split('\n')
      .find((line) => line.endsWith(` refs/heads/${name}`))
      ?.slice(0, 40)
  return {
    branch,
    defaultBranch() {
      const name = origin.git(['symbolic-ref', '--short', 'HEAD'])
      return branch(name) === undefined ? undefined : name
    },
    object(oid) {
      if (!known.has(oid)) readAll()
      return known.get(oid)
    },
    create(name, commit, objects) {
      if (branch(name) !== undefined) return false
      for (const { type, bytes } of objects.values()) origin.git(['hash-object', '-w', '-t', type, '--literally', '--stdin'], bytes)
      origin.git(['update-ref', `refs/heads/${name}`, commit])
      return true
    },
    remove(name, expected) {
      if (branch(name) !== expected) return false
      origin.git(['update-ref', '-d', `refs/heads/${name}`, expected])
      return true
    },
  }
}
