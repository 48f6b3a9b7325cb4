import { describe, expect, test } from 'vitest'
import type { GitCase } from './case.ts'

const LIMITS = { files: 10, bytes: 1_000 }

/** What a commit makes of each file, with the contents: what a forge is told that commits in our place. */
export function changesContract(current: () => GitCase): void {
  describe('changesOf', () => {
    test('tells new, changed and deleted files with their modes and bytes, sorted by path', async () => {
      const { origin, repository } = current()
      const binary = { mode: '100644', text: Buffer.from([0, 255, 13, 10]).toString('base64'), encoding: 'base64' } as const
      const parent = origin.commit({ 'b/changed': 'one', gone: 'old', run: 'same', 'ü same': '1' })
      const oid = (path: string): string => origin.git(['rev-parse', `${parent}:${path}`])
      const commit = origin.commit({
        'b/changed': 'two',
        gone: null,
        run: { mode: '100755', text: 'same' },
        'é new': binary,
        link: { mode: '120000', text: 'run' },
        module: { mode: '160000', text: 'cafebabe'.repeat(5) },
      })
      const bytes = (text: string): Buffer => Buffer.from(text)
      const changes = await repository.changesOf(commit, LIMITS)
      expect(changes?.map((one) => ({ ...one, after: one.after && { ...one.after, content: Buffer.from(one.after.content) } }))).toEqual([
        { path: 'b/changed', before: { mode: '100644', oid: oid('b/changed') }, after: { mode: '100644', content: bytes('two') } },
        { path: 'gone', before: { mode: '100644', oid: oid('gone') }, after: undefined },
        { path: 'link', before: undefined, after: { mode: '120000', content: bytes('run') } },
        { path: 'module', before: undefined, after: { mode: '160000', content: bytes('') } },
        { path: 'run', before: { mode: '100644', oid: oid('run') }, after: { mode: '100755', content: bytes('same') } },
        { path: 'é new', before: undefined, after: { mode: '100644', content: Buffer.from([0, 255, 13, 10]) } },
      ])
    })

    test('says nothing of a commit with more files, or more bytes, than it is asked for', async () => {
      const { origin, repository } = current()
      origin.commit({ a: '1' })
      const commit = origin.commit({ a: '22', b: '333' })
      expect(await repository.changesOf(commit, { files: 1, bytes: 1_000 })).toBeUndefined()
      expect(await repository.changesOf(commit, { files: 2, bytes: 4 })).toBeUndefined()
      expect(await repository.changesOf(commit, { files: 2, bytes: 5 })).toHaveLength(2)
    })
  })
}
