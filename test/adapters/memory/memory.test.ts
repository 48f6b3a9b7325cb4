import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createMemoryChannel } from '../../../src/adapters/channels/memory/channel.ts'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Clock } from '../../../src/simulator/clock.ts'
import { createBareRepository } from '../../../src/simulator/github/bare-repository.ts'
import { newRepository } from '../../../src/simulator/github/forge.ts'
import { commitInto } from '../../commit-into.ts'
import { describeChannel } from '../../contract/channel.ts'
import { commitWorldOf } from '../../contract/forge-commit-world.ts'
import { describeForgeCommit } from '../../contract/forge-commit.ts'
import { describeForgeDeployment } from '../../contract/forge-deployment.ts'
import { describeForge } from '../../contract/forge.ts'
import { REPOSITORY, rememberedForge } from './forge-world.ts'

const ADA = { name: 'Ada', email: 'ada@example.com' }

describeForge('a forge that only remembers', async () => rememberedForge((forges) => forges.forRepository(REPOSITORY)))

describeForgeDeployment('a forge that only remembers', async () => {
  const forges = createMemoryForges({ now: () => 0 })
  const forge = forges.forRepository(REPOSITORY)
  const others: { environment: string; commit: string; states: string[] }[] = []
  return {
    forge,
    branch: async () => 'f'.repeat(40),
    words: { 'in-progress': 'in-progress', failed: 'failed', restored: 'restored', promoted: 'promoted', left: 'left' },
    deployments: () => [
      ...others,
      ...forges
        .deployments(REPOSITORY)
        .map(({ environment, commit, said }) => ({ environment, commit, states: said.map(({ state }) => state) })),
    ],
    refuse: () => forges.refuseStatuses(REPOSITORY, 'No right to deployments.'),
    deployByOther: (environment, commit) => others.push({ environment, commit, states: [] }),
    [Symbol.asyncDispose]: async () => {},
  }
})

describeForgeCommit('a forge that only remembers, over a Git that somebody else has', async () => {
  const root = await mkdtemp(join(tmpdir(), 'kedge-memory-'))
  const git = await createBareRepository(join(root, 'deploy.git'), { now: () => 1_700_000_000_000 } as Clock)
  const repository = newRepository('acme', 'deploy', git)
  await git.commit({ files: { 'app.yaml': 'one\n', 'old.bin': 'old\n' }, author: ADA, message: 'feat: one' })
  const forges = createMemoryForges({ now: () => 0, commit: (_, request) => commitInto(git, request) })
  const forge = forges.forRepository(REPOSITORY)
  const close = async (): Promise<void> => {
    git.close()
    await rm(root, { recursive: true })
  }
  return commitWorldOf({ forge, base: 'main', [Symbol.asyncDispose]: close }, repository)
})

it('makes no commit where nobody has told it how', async () => {
  const forge = createMemoryForges({ now: () => 0 }).forRepository(REPOSITORY)
  const request = { branch: 'kedge/revert/a-1', parent: 'a'.repeat(40) as CommitSha, message: 'm', author: undefined, files: [] }
  await expect(forge.commit(request)).rejects.toMatchObject({ code: 'E_FORGE_COMMIT' })
})

describeChannel('a channel that only remembers', async () => {
  const notifier = createMemoryChannel()
  return {
    notifier,
    channel: 'C1',
    cards: async () => notifier.cards().map(({ card }) => card.title),
    thread: async (ref) => notifier.cards().find((entry) => entry.ref.timestamp === ref.timestamp)?.thread ?? [],
    [Symbol.asyncDispose]: async () => {},
  }
})

it('keeps when a pull request was opened and when it ended', async () => {
  let now = 1_000
  const forges = createMemoryForges({ now: () => now })
  const { number } = await forges.forRepository(REPOSITORY).open({ branch: 'b', base: 'main', title: 't', body: '' })
  now = 2_000
  forges.closeByHuman(REPOSITORY, number)
  now = 3_000
  forges.merge(REPOSITORY, number, 'e'.repeat(40))
  expect(forges.pullRequests(REPOSITORY)).toMatchObject([{ state: 'closed', openedAt: 1_000, closedAt: 2_000 }])
})

it('knows one repository by all of its spellings', async () => {
  const forges = createMemoryForges({ now: () => 0 })
  await forges.forRepository('git@git.example:acme/deploy.git').open({ branch: 'b', base: 'main', title: 't', body: '' })
  expect(forges.pullRequests(REPOSITORY)).toHaveLength(1)
})
