import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createGitHubForges } from '../../../../src/adapters/forges/github/forges.ts'
import { github as githubManifest } from '../../../../src/adapters/forges/github/manifest.ts'
import type { GitHubAuth } from '../../../../src/adapters/forges/github/tokens.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startGitHub } from '../../../../src/simulator/github.ts'
import { rename } from '../../../../src/simulator/github/forge.ts'
import { commitWorldOf } from '../../../contract/forge-commit-world.ts'
import { describeForgeCommit } from '../../../contract/forge-commit.ts'
import { describeForgeDeployment, type DeploymentWorld } from '../../../contract/forge-deployment.ts'
import { describeForgeWire, type WireWorld } from '../../../contract/forge-wire.ts'
import { describeForge } from '../../../contract/forge.ts'
import { deedsIn, said } from '../stand-in.ts'
import { PRIVATE_KEY } from './github-edge.ts'

const REPOSITORY = 'acme/deploy'
const BRANCH = 'kedge/revert/a-1'

// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
const LIMITS: WireWorld['limits'] = [
  { as: 'retry-after', fault: said(429, { message: 'slow down' }, { 'retry-after': '17' }), seconds: 17 },
  { as: 'a secondary limit', fault: said(403, { message: 'no' }, { 'retry-after': '60', 'x-ratelimit-remaining': '4999' }), seconds: 60 },
  { as: 'a secondary limit in words', fault: said(403, { message: 'You have exceeded a secondary rate limit.' }), seconds: 60 },
  {
    as: 'the reset of the primary limit',
    fault: said(
      403,
      { message: 'API rate limit exceeded' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000', date: new Date(700_000).toUTCString() },
    ),
    seconds: 300,
  },
]

async function openWorld(auth: GitHubAuth) {
  const directory = await mkdtemp(join(tmpdir(), 'kedge-github-'))
  const clock = createSystemClock()
  const publicKey = createPublicKey(PRIVATE_KEY).export({ type: 'spki', format: 'pem' }).toString()
  const github = await startGitHub({
    clock,
    directory,
    tokens: { 'pat-1': { login: 'kedge' } },
    app: { id: 42, slug: 'kedge-app', installationId: 7, publicKey },
  })
  const { people, repository, cloneUrl } = await github.createRepository(REPOSITORY)
  await people.commit('ada', { files: { 'app.yaml': 'one\n', 'old.bin': 'old\n' }, message: 'feat: one' })
  const forges = createGitHubForges({
    hosts: [{ apiBaseUrl: `${github.url}/api/v3`, gitHost: new URL(github.url).host, auth }],
    allow: (repoURL) => repoURL === cloneUrl,
    now: () => clock.now(),
  })
  const world: WireWorld = {
    forge: { ...forges.forRepository(cloneUrl), markup: githubManifest.markup },
    ...deedsIn({ people, repository }),
    refuseStatuses: () =>
      github.faults.inject({
        method: 'POST',
        path: /\/statuses\//,
        fault: { kind: 'status', status: 403, body: { message: 'Resource not accessible by personal access token' } },
      }),
    async introduce() {
      const commit = await people.branch('ada', { branch: 'feat/two', files: { 'app.yaml': 'two\n' }, message: 'feat: two' })
      const { number } = await people.openPull('ada', { title: 'feat: two', head: 'feat/two' })
      people.review('grace', number, 'APPROVED')
      people.review('renovate[bot]', number, 'APPROVED')
      await people.merge('grace', number)
      return {
        commit,
        source: { number, url: `${github.url}/${REPOSITORY}/pull/${number}`, author: 'ada', approvers: ['grace'], mergedBy: 'grace' },
      }
    },
    faults: github.faults,
    opening: /\/pulls$/,
    calls: github.calls,
    limits: LIMITS,
    refusal: (words) => said(422, { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message: words }] }),
    token: auth.type === 'token' ? auth.token : auth.privateKey,
    async rename() {
      rename(github.forge, repository, 'delivery')
      return 'acme/delivery'
    },
    async [Symbol.asyncDispose]() {
      await github.stop()
      await rm(directory, { recursive: true })
    },
  }
  return { world, repository, github, forges, people, cloneUrl, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

const PAT: GitHubAuth = { type: 'token', token: 'pat-1' }
const APP: GitHubAuth = { type: 'app', appId: 42, privateKey: PRIVATE_KEY }

describeForge('GitHub with a token', async () => (await openWorld(PAT)).world)
describeForge('GitHub with an App', async () => (await openWorld(APP)).world)
describeForgeWire('GitHub with a token', async () => (await openWorld(PAT)).world)
describeForgeWire('GitHub with an App', async () => (await openWorld(APP)).world)
async function openDeployments(auth: GitHubAuth): Promise<DeploymentWorld> {
  const { world, repository, github } = await openWorld(auth)
  const add = (environment: string, sha: string, creator: string) =>
    repository.deployments.push({
      id: github.forge.nextId(),
      sha,
      ref: sha,
      environment,
      creator,
      task: 'kedge',
      payload: 'mine',
      isTransient: false,
      states: [],
    })
  return {
    forge: world.forge,
    branch: (name) => world.branch(name),
    words: { 'in-progress': 'in_progress', failed: 'failure', restored: 'inactive', promoted: 'success', left: 'inactive' },
    deployments: () =>
      repository.deployments.map(({ environment, sha, states }) => ({
        environment,
        commit: sha,
        states: states.map(({ state }) => state),
      })),
    refuse: () =>
      github.faults.inject({
        method: 'POST',
        path: /\/deployments/,
        times: 99,
        fault: said(403, { message: 'Resource not accessible by integration' }),
      }),
    deployByOther: (environment, commit) => add(environment, commit, 'ada'),
    faults: github.faults,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

describeForgeDeployment('GitHub with a token', () => openDeployments(PAT))
describeForgeDeployment('GitHub with an App', () => openDeployments(APP))
describeForgeCommit('GitHub with a token', async () => {
  const { world, repository } = await openWorld(PAT)
  return commitWorldOf(world, repository)
})
describeForgeCommit('GitHub with an App', async () => {
  const { world, repository } = await openWorld(APP)
  return commitWorldOf(world, repository)
})

it('a branch without commits of its own opens nothing', async () => {
  await using at = await openWorld(PAT)
  const { forge } = at.world
  await at.world.branch(BRANCH)
  const { number } = await forge.open({ branch: BRANCH, base: 'main', title: 'Revert', body: '' })
  await at.world.merge(number)
  await expect(forge.open({ branch: BRANCH, base: 'main', title: 'Again', body: '' })).rejects.toMatchObject({ code: 'E_FORGE_REJECTED' })
})

it('the token of an App reaches only the repository it was fetched for', async () => {
  await using at = await openWorld(APP)
  await at.github.createRepository('acme/secret')
  const password = (await at.forges.credentialsFor(at.cloneUrl))?.password ?? ''
  const status = async (repository: string) =>
    (await fetch(`${at.github.url}/repos/${repository}`, { headers: { authorization: `Bearer ${password}` } })).status
  expect([await status(REPOSITORY), await status('acme/secret')]).toEqual([200, 404])
})

it('a token that was revoked is replaced without anybody noticing', async () => {
  await using at = await openWorld(APP)
  const { forge } = at.world
  await at.world.branch(BRANCH)
  const { number } = await forge.open({ branch: BRANCH, base: 'main', title: 'Revert', body: '' })
  at.github.forge.accounts.revoke((await at.forges.credentialsFor(at.cloneUrl))?.password ?? '')
  expect((await forge.get(number)).number).toBe(number)
})

it('a used-up rate limit says how long to wait, and the metric says what is left', async () => {
  await using at = await openWorld(PAT)
  at.github.faults.inject({ fault: { kind: 'status', status: 429, headers: { 'retry-after': '3' } } })
  await expect(at.world.forge.findByBranch(BRANCH)).rejects.toMatchObject({ code: 'E_FORGE_RATE_LIMITED', retryAfterSeconds: 3 })
  await at.world.forge.findByBranch(BRANCH)
  expect([...at.forges.rateLimitRemaining().values()]).toEqual([expect.toSatisfy((left: number) => left > 0 && left < 5_000)])
})
