import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createGitLabForges } from '../../../../src/adapters/forges/gitlab/forges.ts'
import { gitlab as manifest } from '../../../../src/adapters/forges/gitlab/manifest.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { rename } from '../../../../src/simulator/github/forge.ts'
import { startGitLab } from '../../../../src/simulator/gitlab.ts'
import { commitWorldOf } from '../../../contract/forge-commit-world.ts'
import { describeForgeCommit } from '../../../contract/forge-commit.ts'
import { describeForgeDeployment } from '../../../contract/forge-deployment.ts'
import { describeForgeWire, type WireWorld } from '../../../contract/forge-wire.ts'
import { describeForge } from '../../../contract/forge.ts'
import { deedsIn, said } from '../stand-in.ts'

const REPOSITORY = 'acme/platform/deploy'
const BRANCH = 'kedge/revert/a-1'
const TOKEN = 'glpat-PLANTED0123456789'

// https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers: also a page of text.
const LIMITS: WireWorld['limits'] = [
  { as: 'Retry-After', fault: said(429, 'Retry later\n', { 'retry-after': '55' }), seconds: 55 },
  {
    as: 'the reset alone',
    fault: said(429, { message: 'no' }, { 'ratelimit-reset': '1000', date: new Date(700_000).toUTCString() }),
    seconds: 300,
  },
  { as: 'nothing but the status', fault: said(429, 'Retry later\n'), seconds: 60 },
]

async function openWorld() {
  const directory = await mkdtemp(join(tmpdir(), 'kedge-gitlab-'))
  const clock = createSystemClock()
  const gitlab = await startGitLab({ clock, directory, tokens: { [TOKEN]: { login: 'project_7_bot_1' } } })
  const { people, repository, cloneUrl } = await gitlab.createRepository(REPOSITORY)
  await people.commit('ada', { files: { 'app.yaml': 'one\n', 'old.bin': 'old\n' }, message: 'feat: one' })
  const forges = createGitLabForges({
    apiBaseUrl: `${gitlab.url}/api/v4`,
    gitHost: new URL(gitlab.url).host,
    token: TOKEN,
    allow: (repoURL) => repoURL === cloneUrl,
    now: () => clock.now(),
  })
  const world: WireWorld = {
    forge: { ...forges.forRepository(cloneUrl), markup: manifest.markup },
    ...deedsIn({ people, repository }),
    refuseStatuses: () =>
      gitlab.faults.inject({ method: 'POST', path: /\/statuses\//, times: 99, fault: said(403, { message: '403 Forbidden' }) }),
    async introduce() {
      const commit = await people.branch('ada', { branch: 'feat/two', files: { 'app.yaml': 'two\n' }, message: 'feat: two' })
      const { number } = await people.openPull('ada', { title: 'feat: two', head: 'feat/two' })
      people.review('grace', number, 'APPROVED')
      people.review('group_3_bot_2', number, 'APPROVED')
      await people.merge('grace', number)
      const url = `${gitlab.url}/${REPOSITORY}/-/merge_requests/${number}`
      return { commit, source: { number, url, author: 'ada', approvers: ['grace'], mergedBy: 'grace' } }
    },
    faults: gitlab.faults,
    opening: /\/merge_requests$/,
    calls: gitlab.calls,
    limits: LIMITS,
    refusal: (words) => said(422, { message: [words] }),
    token: TOKEN,
    async rename() {
      rename(gitlab.forge, repository, 'delivery')
      return 'acme/platform/delivery'
    },
    async [Symbol.asyncDispose]() {
      await gitlab.stop()
      await rm(directory, { recursive: true })
    },
  }
  return { world, gitlab, forges, people, repository, cloneUrl, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

describeForge('GitLab', async () => (await openWorld()).world)
describeForgeWire('GitLab', async () => (await openWorld()).world)
describeForgeDeployment('GitLab', async () => {
  const { world, repository, gitlab } = await openWorld()
  return {
    forge: world.forge,
    branch: (name) => world.branch(name),
    words: { 'in-progress': 'running', failed: 'failed', restored: 'failed', promoted: 'success', left: 'canceled' },
    deployments: () =>
      repository.deployments.map(({ environment, sha, states }) => ({
        environment,
        commit: sha,
        states: states.map(({ state }) => state),
      })),
    refuse: () => gitlab.faults.inject({ path: /\/deployments/, times: 99, fault: said(403, { message: '403 Forbidden' }) }),
    deployByOther: (environment, commit) =>
      repository.deployments.push({
        id: gitlab.forge.nextId(),
        sha: commit,
        ref: 'main',
        environment,
        creator: 'ada',
        task: '',
        payload: '',
        isTransient: false,
        states: [{ id: 0, state: 'success', description: '', logUrl: undefined }],
      }),
    faults: gitlab.faults,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
})
describeForgeCommit('GitLab', async () => {
  const { world, repository } = await openWorld()
  return commitWorldOf(world, repository)
})

it('pushes and fetches with the token, as any user of Git', async () => {
  await using at = await openWorld()
  expect(await at.forges.credentialsFor(at.cloneUrl)).toEqual({ username: 'oauth2', password: TOKEN })
  const basic = Buffer.from(`oauth2:${TOKEN}`).toString('base64')
  const asked = await fetch(`${at.cloneUrl}/info/refs?service=git-receive-pack`, { headers: { authorization: `Basic ${basic}` } })
  expect(asked.status).toBe(200)
})

it('links to pages as GitLab has them', async () => {
  await using at = await openWorld()
  const page = `${at.gitlab.url}/${REPOSITORY}/-`
  await at.world.branch(BRANCH)
  const { url } = await at.world.forge.open({ branch: BRANCH, base: 'main', title: 'Revert', body: '' })
  const sha = '1'.repeat(40) as Parameters<typeof at.world.forge.commitUrl>[0]
  expect([url, at.world.forge.commitUrl(sha)]).toEqual([`${page}/merge_requests/1`, `${page}/commit/${sha}`])
})

it('no text from outside gives GitLab an order, at the beginning of whatever line of a body or a comment', async () => {
  await using at = await openWorld()
  await at.world.branch(BRANCH)
  const orders = 'Why.\n/close\n  /close\n```\n/close\n```\n'
  const { number } = await at.world.forge.open({ branch: BRANCH, base: 'main', title: 'Revert', body: orders })
  await at.world.forge.updateBody(number, orders)
  await at.world.forge.comment(number, '<!-- m -->', `/close\n${orders}`)
  await at.world.forge.comment(number, '<!-- m -->', orders)
  expect(await at.world.forge.get(number)).toMatchObject({ state: 'open', body: expect.stringContaining('/close') as string })
})

it('a person who writes an order with our words in it closes as a person', async () => {
  await using at = await openWorld()
  await at.world.branch(BRANCH)
  const { number } = await at.world.forge.open({ branch: BRANCH, base: 'main', title: 'Revert', body: '' })
  await at.world.commentByHuman(number, 'as said: <!-- m -->')
  await at.world.forge.comment(number, '<!-- m -->', 'Kedge closes it.')
  at.people.close('grace', number)
  expect(await at.world.forge.hasClosed(number, '<!-- m -->')).toBe(false)
})

it('asks people by their ids for a review, beside those who are asked, and says whom GitLab does not know', async () => {
  await using at = await openWorld()
  for (const login of ['grace', 'linus']) at.gitlab.forge.accounts.ensure(login)
  await at.world.branch(BRANCH)
  const { number } = await at.world.forge.open({ branch: BRANCH, base: 'main', title: 'Revert', body: '' })
  await at.world.forge.decorate(number, { labels: ['a,b', 'revert'], reviewers: ['grace'] })
  const said = await at.world.forge.decorate(number, { labels: ['a,b'], reviewers: ['Linus', 'linus', 'nobody', 'group_3_bot_2'] })
  expect(at.repository.pulls.get(number)).toMatchObject({ reviewers: ['grace', 'linus'], labels: ['revert'] })
  expect(said).toEqual([
    'The label "a,b" was not set: it has a comma.',
    '"Linus" was not asked for a review: GitLab knows no such user.',
    '"nobody" was not asked for a review: GitLab knows no such user.',
  ])
})

it('tells what is left of the rate limit', async () => {
  await using at = await openWorld()
  await at.world.forge.findByBranch(BRANCH)
  expect([...at.forges.rateLimitRemaining()]).toEqual([[new URL(at.gitlab.url).host, 4_999]])
})
