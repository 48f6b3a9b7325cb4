import { expect, it } from 'vitest'
import { asCommitSha, type CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { ownCommit } from '../../../src/reconcile/act/adopted-branch.ts'
import { aHost, FILE, V1, type Host } from './a-host.ts'

const NOTES = { 'docs/notes.md': 'x\n' }
const onSide = (bad: CommitSha) => ({ branch: 'side', parents: [bad] })
/** Somebody pushes the base branch by force while the revert lies on what it had. */
const takenOut = (head: CommitSha, force: () => unknown): CommitSha => {
  force()
  return head
}
const GONE = 'f'.repeat(40)

it.each<[string, boolean, (host: Host) => string]>([
  ['the restored files on top of what failed', true, ({ push }) => push(V1)],
  ['them on top of what came since', true, ({ push, commit }) => push(V1, { parents: [commit({ 'docs/notes.md': 'x\n' })] })],
  ['one of them alone', false, ({ push }) => push({ [FILE]: 'image: web:v1\n' })],
  ['other contents of them', false, ({ push }) => push({ ...V1, [FILE]: 'image: web:v3\n' })],
  ['a link with the contents of one of them', false, ({ push }) => push({ ...V1, [FILE]: { mode: '120000', text: 'image: web:v1\n' } })],
  ['another file besides', false, ({ push }) => push({ ...V1, 'apps/web/note.yaml': '# mine\n' })],
  ['them under another key', false, ({ push }) => push(V1, { message: 'Revert\n\nKedge-Revert-Key: other' })],
  ['them under a key that begins alike', false, ({ push }) => push(V1, { message: 'Revert\n\nKedge-Revert-Key: k2' })],
  ['them in a merge', false, ({ push, bad, good }) => push(V1, { parents: [bad, good] })],
  ['them on top of what was never merged', false, ({ push, commit, bad }) => push(V1, { parents: [commit(NOTES, onSide(bad))] })],
  [
    'them on top of what was taken out of the base branch',
    false,
    ({ push, commit, bad }) => takenOut(push(V1, { parents: [commit(NOTES)] }), () => commit({}, { parents: [bad] })),
  ],
  ['them on top of nothing', false, ({ push }) => push(V1, { parents: [] })],
  ['a commit that nobody has', false, () => GONE],
  ['what is no commit', false, () => ''],
])('a branch with %s holds the revert: %s', async (_, isOurs, at) => {
  const host = await aHost()
  const head = at(host)
  expect(await ownCommit(host.repository, host.revert(), head)).toBe(isOurs ? head : null)
})

it('a revert of no commit is held by no branch', async () => {
  const host = await aHost()
  expect(await ownCommit(host.repository, host.revert({ culprits: [] }), host.push(V1))).toBeNull()
})

it('the commit that was opened is ours, whatever Git still knows of it', async () => {
  const { revert } = await aHost()
  const nobody = {} as GitRepository
  expect(await ownCommit(nobody, revert({ commit: asCommitSha(GONE) ?? null }), GONE)).toBe(GONE)
})
