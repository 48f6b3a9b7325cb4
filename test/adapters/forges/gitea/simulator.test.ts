import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createGiteaForges } from '../../../../src/adapters/forges/gitea/forges.ts'
import { gitea as giteaManifest } from '../../../../src/adapters/forges/gitea/manifest.ts'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startGitea } from '../../../../src/simulator/gitea.ts'
import { rename } from '../../../../src/simulator/github/forge.ts'
import { commitWorldOf } from '../../../contract/forge-commit-world.ts'
import { describeForgeCommit } from '../../../contract/forge-commit.ts'
import { describeForgeWire, type WireWorld } from '../../../contract/forge-wire.ts'
import { describeForge } from '../../../contract/forge.ts'
import { deedsIn, said } from '../stand-in.ts'

const REPOSITORY = 'acme/deploy'
const TOKEN = 'planted-0123456789abcdef'

async function openWorld() {
  const directory = await mkdtemp(join(tmpdir(), 'kedge-gitea-'))
  const clock = createSystemClock()
  const gitea = await startGitea({ clock, directory, tokens: { [TOKEN]: { login: 'kedge' } } })
  const { people, repository, cloneUrl } = await gitea.createRepository(REPOSITORY)
  await people.commit('ada', { files: { 'app.yaml': 'one\n', 'old.bin': 'old\n' }, message: 'feat: one' })
  const forges = createGiteaForges({ url: gitea.url, token: TOKEN, allow: (repoURL) => repoURL === cloneUrl, now: () => clock.now() })
  const world: WireWorld = {
    forge: { ...forges.forRepository(cloneUrl), markup: giteaManifest.markup },
    ...deedsIn({ people, repository }),
    refuseStatuses: () =>
      gitea.faults.inject({
        method: 'POST',
        path: /\/statuses\//,
        times: 99,
        fault: said(403, { message: 'user should have a write permission' }),
      }),
    async introduce() {
      await people.branch('ada', { branch: 'feat/two', files: { 'app.yaml': 'two\n' }, message: 'feat: two' })
      const { number } = await people.openPull('ada', { title: 'feat: two', head: 'feat/two' })
      people.review('grace', number, 'APPROVED')
      people.review('renovate[bot]', number, 'APPROVED')
      const commit = await people.merge('grace', number)
      return {
        commit,
        source: { number, url: `${gitea.url}/${REPOSITORY}/pulls/${number}`, author: 'ada', approvers: ['grace'], mergedBy: 'grace' },
      }
    },
    faults: gitea.faults,
    opening: /\/pulls$/,
    calls: gitea.calls,
    // Gitea has no limit of its own; these are those of a proxy before it.
    limits: [
      { as: 'retry-after', fault: said(429, { message: 'slow down' }, { 'retry-after': '17' }), seconds: 17 },
      { as: 'nothing', fault: said(429, 'Too Many Requests'), seconds: 60 },
    ],
    refusal: (words) => said(422, { message: words }),
    token: TOKEN,
    async rename() {
      rename(gitea.forge, repository, 'delivery')
      return 'acme/delivery'
    },
    async [Symbol.asyncDispose]() {
      await gitea.stop()
      await rm(directory, { recursive: true })
    },
  }
  return { world, repository, gitea, forges, people, cloneUrl, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

describeForge('Gitea', async () => (await openWorld()).world)
describeForgeWire('Gitea', async () => (await openWorld()).world)
describeForgeCommit('Gitea', async () => {
  const { world, repository } = await openWorld()
  return commitWorldOf(world, repository)
})

it('a status on a commit that the forge does not have is refused in a sentence, though Gitea calls it a fault of its own', async () => {
  await using at = await openWorld()
  const status = { context: 'kedge/release', state: 'failure', description: 'failed' } as const
  expect(await at.world.forge.setStatus('1'.repeat(40) as CommitSha, status)).toMatch(/404/)
  at.gitea.faults.inject({ method: 'POST', fault: { kind: 'status', status: 500 } })
  const commit = (await at.world.branch('feat/two')) as CommitSha
  await expect(at.world.forge.setStatus(commit, status)).rejects.toMatchObject({ code: 'E_FORGE_UNREACHABLE' })
})

it('says in a sentence that it has no deployments, and asks nothing', async () => {
  await using at = await openWorld()
  const commit = (await at.world.branch('feat/two')) as CommitSha
  const before = at.gitea.calls.length
  const deployment = { environment: 'prod', commit, branch: 'main', marker: 'm', state: 'failed', description: 'failed' } as const
  expect(await at.world.forge.deploy(deployment, { number: undefined, others: [] })).toEqual({ refusal: 'Gitea has no deployments.' })
  expect(at.gitea.calls.length).toBe(before)
})
