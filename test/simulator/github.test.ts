import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub, type GitHub, type GitHubOptions } from '../../src/simulator/github.ts'
import type { Repository } from '../../src/simulator/github/forge.ts'
import { git, tryGit } from '../../src/simulator/github/git.ts'
import type { People } from '../../src/simulator/github/people.ts'

const QUIET = { debug() {}, info() {}, warn() {}, error() {} }
const REPO = { owner: 'acme', repo: 'gitops' }

let directory: string
let github: GitHub
let people: People
let repository: Repository
let cloneUrl: string
let octokit: Octokit

async function start(options: Partial<GitHubOptions> = {}): Promise<void> {
  github = await startGitHub({
    clock: createSystemClock(),
    directory,
    tokens: { kedge: { login: 'kedge[bot]' }, narrow: { login: 'kedge[bot]', repositories: [] } },
    ...options,
  })
  ;({ people, repository, cloneUrl } = await github.createRepository('acme/gitops'))
  octokit = new Octokit({ baseUrl: github.url, auth: 'kedge', log: QUIET })
  await people.commit('alice', { files: { 'app/a.yaml': 'v1\n', 'README.md': 'hello\n' }, message: 'First' })
}

const authenticated = (url: string): string => url.replace('http://', 'http://x-access-token:kedge@')
const status = (promise: Promise<unknown>): Promise<number> =>
  promise.then(
    () => 200,
    (error: { status: number }) => error.status,
  )

async function openRevert(head = 'kedge/revert'): Promise<number> {
  await people.branch('alice', { branch: head, files: { [`${head}.txt`]: 'x' }, message: `Change ${head}` })
  return (await octokit.pulls.create({ ...REPO, title: 'Revert', head, base: 'main', body: 'Why' })).data.number
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator-github-'))
  await start()
})
afterEach(async () => {
  await github.stop()
  await rm(directory, { recursive: true, force: true })
})

describe('git over HTTP', () => {
  it('serves a blobless clone and takes a push, which moves the branch that REST shows', async () => {
    const clone = join(directory, 'clone.git')
    await git(directory, ['clone', '--quiet', '--bare', '--filter=blob:none', authenticated(cloneUrl), clone])
    const missing = await git(clone, ['rev-list', '--objects', '--missing=print', 'main'])
    expect(missing).toMatch(/^\?/m)
    await git(clone, ['push', '--quiet', 'origin', 'main:refs/heads/side'])
    const { data } = await octokit.repos.getBranch({ ...REPO, branch: 'side' })
    expect(data.commit.sha).toBe(await git(clone, ['rev-parse', 'main']))
  })

  it('a create-only push of a branch that exists is refused', async () => {
    const clone = join(directory, 'clone.git')
    await git(directory, ['clone', '--quiet', '--bare', authenticated(cloneUrl), clone])
    await people.branch('bob', { branch: 'side', files: { b: 'b' }, message: 'Side' })
    const push = await tryGit(clone, ['push', '--force-with-lease=refs/heads/side:', 'origin', 'main:refs/heads/side'])
    expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('rejected') })
  })

  it('a push whose answer is lost has moved the branch', async () => {
    const clone = join(directory, 'clone.git')
    await git(directory, ['clone', '--quiet', '--bare', authenticated(cloneUrl), clone])
    github.faults.inject({ method: 'POST', path: /git-receive-pack$/, fault: { kind: 'drop-after' } })
    expect((await tryGit(clone, ['push', 'origin', 'main:refs/heads/side'])).code).not.toBe(0)
    expect((await octokit.repos.getBranch({ ...REPO, branch: 'side' })).status).toBe(200)
  })

  it('a forge that others reach by another name is cloned from there', async () => {
    await github.stop()
    await rm(join(directory, 'acme'), { recursive: true })
    await start({ host: 'localhost' })
    expect(cloneUrl).toMatch(/^http:\/\/localhost:\d+\/acme\/gitops\.git$/)
    await git(directory, ['clone', '--quiet', '--bare', authenticated(cloneUrl), 'clone.git'])
    expect((await octokit.repos.get(REPO)).data.clone_url).toBe(cloneUrl)
  })

  it('without a token it asks for one, and a token for other repositories finds nothing', async () => {
    expect((await fetch(`${cloneUrl}/info/refs?service=git-upload-pack`)).status).toBe(401)
    const headers = { authorization: `Basic ${Buffer.from('x:narrow').toString('base64')}` }
    expect((await fetch(`${cloneUrl}/info/refs?service=git-upload-pack`, { headers })).status).toBe(404)
  })
})

describe('pull requests', () => {
  it('a second open one with the same head is 422 with the words of GitHub, also when both come at once', async () => {
    await people.branch('alice', { branch: 'side', files: { b: 'b' }, message: 'Side' })
    const create = (): Promise<unknown> => octokit.pulls.create({ ...REPO, title: 'T', head: 'side', base: 'main' })
    expect(await Promise.all([status(create()), status(create())])).toEqual(expect.arrayContaining([200, 422]))
    await expect(create()).rejects.toThrow('A pull request already exists for acme:side.')
  })

  it.each([
    ['a missing head', { head: 'none', base: 'main', title: 'T' }, 'invalid'],
    ['nothing to merge', { head: 'main', base: 'main', title: 'T' }, 'No commits between main and main'],
    ['an empty title', { head: 'main', base: 'main', title: ' ' }, 'missing_field'],
    ['a body over 65,536 characters', { head: 'main', base: 'main', title: 'T', body: 'x'.repeat(65_537) }, 'body is too long'],
  ])('%s is 422', async (_, wanted, words) => {
    await expect(octokit.pulls.create({ ...REPO, ...wanted })).rejects.toThrow(words)
  })

  it('lists by head, base and state, page by page', async () => {
    for (const head of ['one', 'two', 'three']) await openRevert(head)
    people.close('alice', 2)
    const numbers = async (query: Record<string, string | number>): Promise<number[]> =>
      (await octokit.paginate(octokit.pulls.list, { ...REPO, per_page: 1, ...query })).map((pull) => pull.number)
    expect(await numbers({})).toEqual([3, 1])
    expect(await numbers({ state: 'all' })).toEqual([3, 2, 1])
    expect(await numbers({ state: 'all', head: 'acme:two' })).toEqual([2])
    expect(await numbers({ base: 'other' })).toEqual([])
  })

  it.each([
    ['merge', 2],
    ['squash', 1],
    ['rebase', 1],
  ] as const)('%s brings the change to main', async (method, parents) => {
    const number = await openRevert('side')
    await people.commit('bob', { files: { 'app/b.yaml': 'later' }, message: 'Meanwhile' })
    const sha = await people.merge('carol', number, method)
    const commit = await repository.git.show(sha)
    expect(commit.parents).toHaveLength(parents)
    expect([...(await repository.git.readFolder(sha, 'app')).keys()]).toEqual(['app/a.yaml', 'app/b.yaml'])
    expect(await repository.git.resolve(`${sha}:side.txt`)).toBeUndefined()
    expect((await repository.git.changedFiles(`${sha}~1`, sha)).map((file) => file.path)).toEqual(['side.txt'])
    const { data } = await octokit.pulls.get({ ...REPO, pull_number: number })
    expect(data).toMatchObject({ merged: true, state: 'closed', merged_by: { login: 'carol' }, merge_commit_sha: sha })
  })

  it('one that conflicts says so and is refused, and one whose head moved is 409', async () => {
    await people.branch('alice', { branch: 'side', files: { 'app/a.yaml': 'mine' }, message: 'Mine' })
    const { number } = await people.openPull('alice', { title: 'Mine', head: 'side' })
    expect(await status(octokit.pulls.merge({ ...REPO, pull_number: number, sha: '0'.repeat(40) }))).toBe(409)
    await people.commit('bob', { files: { 'app/a.yaml': 'theirs' }, message: 'Theirs' })
    expect((await octokit.pulls.get({ ...REPO, pull_number: number })).data.mergeable).toBe(false)
    expect(await status(octokit.pulls.merge({ ...REPO, pull_number: number }))).toBe(405)
  })

  it('deleting the branch closes it, and it cannot be reopened', async () => {
    const number = await openRevert()
    await octokit.git.deleteRef({ ...REPO, ref: 'heads/kedge/revert' })
    expect((await octokit.pulls.get({ ...REPO, pull_number: number })).data.state).toBe('closed')
    expect(await status(octokit.pulls.update({ ...REPO, pull_number: number, state: 'open' }))).toBe(422)
    expect(await status(octokit.git.deleteRef({ ...REPO, ref: 'heads/kedge/revert' }))).toBe(422)
  })

  it('somebody pushing to its branch moves its head', async () => {
    const number = await openRevert('side')
    const sha = await people.commit('bob', { branch: 'side', files: { c: 'c' }, message: 'Mine too' })
    expect((await octokit.pulls.get({ ...REPO, pull_number: number })).data.head.sha).toBe(sha)
    expect((await octokit.pulls.listCommits({ ...REPO, pull_number: number })).data.at(-1)?.author?.login).toBe('bob')
  })

  it('takes labels, comments and known reviewers; the author or a stranger as reviewer is 422', async () => {
    const number = await openRevert()
    github.forge.accounts.ensure('dave')
    const reviewers = (...logins: string[]): Promise<number> =>
      status(octokit.pulls.requestReviewers({ ...REPO, pull_number: number, reviewers: logins }))
    expect([await reviewers('dave'), await reviewers('dave', 'stranger'), await reviewers('kedge[bot]')]).toEqual([200, 422, 422])
    await octokit.issues.addLabels({ ...REPO, issue_number: number, labels: ['revert'] })
    expect(await status(octokit.issues.createLabel({ ...REPO, name: 'revert' }))).toBe(422)
    const { data: comment } = await octokit.issues.createComment({
      ...REPO,
      issue_number: number,
      body: 'Closed: restored.',
    })
    await octokit.issues.updateComment({ ...REPO, comment_id: comment.id, body: 'Edited' })
    expect((await octokit.issues.listComments({ ...REPO, issue_number: number })).data[0]).toMatchObject({
      body: 'Edited',
      user: { login: 'kedge[bot]', type: 'Bot' },
    })
    people.review('dave', number, 'APPROVED')
    expect((await octokit.pulls.listReviews({ ...REPO, pull_number: number })).data[0]).toMatchObject({
      state: 'APPROVED',
      user: { login: 'dave' },
    })
    expect((await octokit.issues.get({ ...REPO, issue_number: number })).data.labels).toMatchObject([{ name: 'revert' }])
  })
})

describe('commits', () => {
  it('a commit names its author and the pull request that brought it', async () => {
    const number = await openRevert('side')
    const sha = await people.merge('carol', number)
    const brought = (await repository.git.show(sha)).parents[1]!
    expect((await octokit.repos.listPullRequestsAssociatedWithCommit({ ...REPO, commit_sha: brought })).data[0]?.number).toBe(number)
    expect((await octokit.repos.getCommit({ ...REPO, ref: brought })).data.author?.login).toBe('alice')
    const { data } = await octokit.repos.compareCommitsWithBasehead({ ...REPO, basehead: `main~1...main` })
    expect(data).toMatchObject({ status: 'ahead', ahead_by: 2 })
  })
})

describe('access', () => {
  it('answers below /api/v3 too, counts the rate limit, and refuses a bad token', async () => {
    const enterprise = new Octokit({ baseUrl: `${github.url}/api/v3`, auth: 'kedge', log: QUIET })
    const first = await enterprise.repos.get(REPO)
    const second = await enterprise.repos.get(REPO)
    expect(Number(first.headers['x-ratelimit-remaining']) - Number(second.headers['x-ratelimit-remaining'])).toBe(1)
    expect(await status(new Octokit({ baseUrl: github.url, auth: 'wrong', log: QUIET }).repos.get(REPO))).toBe(401)
    github.rateLimit.setRemaining(0)
    await expect(enterprise.repos.get(REPO)).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0' } },
    })
  })

  it('an App signs in with its key and gets a token for the repositories it asks for', async () => {
    await github.stop()
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    await rm(join(directory, 'acme'), { recursive: true })
    await start({ app: { id: 7, slug: 'kedge', installationId: 70, publicKey } })
    await github.createRepository('acme/other')
    const signIn = async (key: string, repositoryNames: string[]): Promise<Octokit> => {
      const auth = createAppAuth({
        appId: 7,
        privateKey: key,
        request: new Octokit({ baseUrl: github.url, log: QUIET }).request,
      })
      return new Octokit({
        baseUrl: github.url,
        auth: (await auth({ type: 'installation', installationId: 70, repositoryNames })).token,
        log: QUIET,
      })
    }
    await people.branch('alice', { branch: 'side', files: { b: 'b' }, message: 'Side' })
    const narrow = await signIn(privateKey, ['gitops'])
    expect((await narrow.pulls.create({ ...REPO, title: 'T', head: 'side', base: 'main' })).data.user.login).toBe('kedge[bot]')
    expect(await status(narrow.repos.get({ owner: 'acme', repo: 'other' }))).toBe(404)
    expect(await status(signIn(privateKey, ['unknown']))).toBe(422)
    const { privateKey: stranger } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    expect(await status(signIn(stranger, ['gitops']))).toBe(401)
  })

  it('an answer that is lost after its effect leaves the effect', async () => {
    await people.branch('alice', { branch: 'side', files: { b: 'b' }, message: 'Side' })
    github.faults.inject({ method: 'POST', path: /pulls$/, fault: { kind: 'drop-after' } })
    await expect(octokit.pulls.create({ ...REPO, title: 'T', head: 'side', base: 'main' })).rejects.toThrow('other side closed')
    expect((await octokit.pulls.list(REPO)).data).toHaveLength(1)
  })
})
