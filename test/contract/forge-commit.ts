import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Forge, ForgeCommitRequest } from '../../src/ports/forge.ts'
import type { ChangedFile, FileMode } from '../../src/ports/git.ts'

/** What lies at a path of a commit. */
export interface CommittedFile {
  mode: string
  oid: string
  content: Buffer
}

/** One repository on one forge, with `app.yaml` and `old.bin` on its base branch, and what its Git says of it. */
export interface CommitWorld extends AsyncDisposable {
  forge: Forge
  base: string
  headOf(branch: string): Promise<string | undefined>
  fileAt(commit: string, path: string): Promise<CommittedFile | undefined>
  commitAt(commit: string): Promise<{ parents: readonly string[]; message: string }>
}

const BRANCH = 'kedge/revert/0123456789ab-01234567'
const MESSAGE = 'Revert "feat: two"\n\nshop/web failed.\n\nKedge-Revert-Key: k\nSigned-off-by: Ada <ada@example.com>\n'
const BINARY = Buffer.from([0, 255, 10, 13, 0, 1, 254])

/** What every Forge promises of commits that it makes itself. */
export function describeForgeCommit(name: string, open: () => Promise<CommitWorld>): void {
  describe(`${name} as it commits`, () => {
    let world: CommitWorld
    let forge: Forge
    let parent: CommitSha

    beforeEach(async () => {
      world = await open()
      forge = world.forge
      parent = (await world.headOf(world.base)) as CommitSha
    })
    afterEach(() => world[Symbol.asyncDispose]())

    const side = async (path: string): Promise<ChangedFile['before']> => {
      const file = await world.fileAt(parent, path)
      return file && { mode: file.mode as FileMode, oid: file.oid }
    }
    const written = async (path: string, content: Buffer, mode: FileMode = '100644'): Promise<ChangedFile> => ({
      path,
      before: await side(path),
      after: { mode, content },
    })
    const request = (files: readonly ChangedFile[]): ForgeCommitRequest => ({
      branch: BRANCH,
      parent,
      message: MESSAGE,
      author: undefined,
      files,
    })

    it('makes a branch of one commit above the parent: changed, new and deleted files, byte for byte', async () => {
      const files = [
        await written('app.yaml', Buffer.from('zero: "ä"\r\n')),
        await written('charts/a b/ü.yaml', Buffer.from('new\n')),
        await written('blob.bin', BINARY),
        { path: 'old.bin', before: await side('old.bin'), after: undefined },
      ]
      const made = await forge.commit(request(files))
      expect(made).toBe(await world.headOf(BRANCH))
      const { parents, message } = await world.commitAt(made ?? '')
      expect(parents).toEqual([parent])
      expect(message.trim()).toBe(MESSAGE.trim())
      for (const { path, after } of files)
        expect((await world.fileAt(made ?? '', path))?.content).toEqual(after && Buffer.from(after.content))
      expect(await world.headOf(world.base)).toBe(parent)
    })

    it('leaves a branch that is there where it is, and says so', async () => {
      const files = [await written('app.yaml', Buffer.from('zero\n'))]
      const made = await forge.commit(request(files))
      expect(await forge.commit(request(files))).toBeUndefined()
      expect(await world.headOf(BRANCH)).toBe(made)
    })

    it.each([
      ['120000', 'a symbolic link'],
      ['160000', 'a submodule'],
    ] as const)('refuses in words what it cannot write, before anything is written: %s', async (mode, words) => {
      const files = [await written('app.yaml', Buffer.from('zero\n')), await written('link', Buffer.from('app.yaml'), mode)]
      const refused = { code: 'E_FORGE_COMMIT', message: expect.stringMatching(new RegExp(`"link" is ${words}`)) as string }
      await expect(forge.commit(request(files))).rejects.toMatchObject(refused)
      expect(await world.headOf(BRANCH)).toBeUndefined()
    })

    it('writes an executable file as one, or refuses it in words', async () => {
      const made = await forge
        .commit(request([await written('run.sh', Buffer.from('#!/bin/sh\n'), '100755')]))
        .catch((error: unknown) => error)
      const told = typeof made === 'string' ? (await world.fileAt(made, 'run.sh'))?.mode : String(made)
      expect(told).toMatch(/^100755$|^KedgeError: E_FORGE_COMMIT: .*executable/)
      expect(await world.headOf(BRANCH)).toBe(typeof made === 'string' ? made : undefined)
    })
  })
}
