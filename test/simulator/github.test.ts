import { generateKeyPairSync } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { describe, expect, it } from 'vitest'
import { git, tryGit } from '../../src/simulator/github/git.ts'
import { QUIET, REPO, status, useGitHub } from './github-hub.ts'

const authenticated = (url: string): string => url.replace('http://', 'http://x-access-token:kedge@')
const hub = useGitHub('simulator-github-')

describe('git over HTTP', () => {
  it('serves a blobless clone and takes a push, which moves the branch that REST shows', async () => {
    const clone = join(hub.directory, 'clone.git')
    await git(hub.directory, ['clone', '--quiet', '--bare', '--filter=blob:none', authenticated(hub.cloneUrl), clone])
    const missing = await git(clone, ['rev-list', '--objects', '--missing=print', 'main'])
    expect(missing).toMatch(/^\?/m)
    await git(clone, ['push', '--quiet', 'origin', 'main:refs/heads/side'])
    const { data } = await hub.octokit.repos.getBranch({ ...REPO, branch: 'side' })
    expect(data.commit.sha).toBe(await git(clone, ['rev-parse', 'main']))
  })

  it('a create-only push of a branch that exists is refused', async () => {
    const clone = join(hub.directory, 'clone.git')
    await git(hub.directory, ['clone', '--quiet', '--bare', authenticated(hub.cloneUrl), clone])
    await hub.people.branch('bob', { branch: 'side', files: { b: 'b' }, message: 'Side' })
    const push = await tryGit(clone, ['push', '--force-with-lease=refs/heads/side:', 'origin', 'main:refs/heads/side'])
    expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('rejected') })
  })

  it('a push whose answer is lost has moved the branch', async () => {
    const clone = join(hub.directory, 'clone.git')
    await git(hub.directory, ['clone', '--quiet', '--bare', authenticated(hub.cloneUrl), clone])
    hub.github.faults.inject({ method: 'POST', path: /git-receive-pack$/, fault: { kind: 'drop-after' } })
    expect((await tryGit(clone, ['push', 'origin', 'main:refs/heads/side'])).code).not.toBe(0)
    expect((await hub.octokit.repos.getBranch({ ...REPO, branch: 'side' })).status).toBe(200)
  })

  it('a forge that others reach by another name is cloned from there', async () => {
    await hub.github.stop()
    await rm(join(hub.directory, 'acme'), { recursive: true })
    await hub.start({ host: 'localhost' })
    expect(hub.cloneUrl).toMatch(/^http:\/\/localhost:\d+\/acme\/gitops\.git$/)
    await git(hub.directory, ['clone', '--quiet', '--bare', authenticated(hub.cloneUrl), 'clone.git'])
    expect((await hub.octokit.repos.get(REPO)).data.clone_url).toBe(hub.cloneUrl)
  })

  it('without a token it asks for one, and a token for other repositories finds nothing', async () => {
    expect((await fetch(`${hub.cloneUrl}/info/refs?service=git-upload-pack`)).status).toBe(401)
    const headers = { authorization: `Basic ${Buffer.from('x:narrow').toString('base64')}` }
    expect((await fetch(`${hub.cloneUrl}/info/refs?service=git-upload-pack`, { headers })).status).toBe(404)
  })
})

describe('commits', () => {
  it('a commit names its author and the pull request that brought it', async () => {
    const number = await hub.openRevert('side')
    const sha = await hub.people.merge('carol', number)
    const brought = (await hub.repository.git.show(sha)).parents[1]!
    expect((await hub.octokit.repos.listPullRequestsAssociatedWithCommit({ ...REPO, commit_sha: brought })).data[0]?.number).toBe(number)
    expect((await hub.octokit.repos.getCommit({ ...REPO, ref: brought })).data.author?.login).toBe('alice')
    const { data } = await hub.octokit.repos.compareCommitsWithBasehead({ ...REPO, basehead: `main~1...main` })
    expect(data).toMatchObject({ status: 'ahead', ahead_by: 2 })
  })
})

describe('access', () => {
  it('answers below /api/v3 too, counts the rate limit, and refuses a bad token', async () => {
    const enterprise = new Octokit({ baseUrl: `${hub.github.url}/api/v3`, auth: 'kedge', log: QUIET })
    const first = await enterprise.repos.get(REPO)
    const second = await enterprise.repos.get(REPO)
    expect(Number(first.headers['x-ratelimit-remaining']) - Number(second.headers['x-ratelimit-remaining'])).toBe(1)
    expect(await status(new Octokit({ baseUrl: hub.github.url, auth: 'wrong', log: QUIET }).repos.get(REPO))).toBe(401)
    hub.github.rateLimit.setRemaining(0)
    await expect(enterprise.repos.get(REPO)).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0' } },
    })
  })

  it('an App signs in with its key and gets a token for the repositories it asks for', async () => {
    await hub.github.stop()
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    await rm(join(hub.directory, 'acme'), { recursive: true })
    await hub.start({ app: { id: 7, slug: 'kedge', installationId: 70, publicKey } })
    await hub.github.createRepository('acme/other')
    const signIn = async (key: string, repositoryNames: string[]): Promise<Octokit> => {
      const auth = createAppAuth({
        appId: 7,
        privateKey: key,
        request: new Octokit({ baseUrl: hub.github.url, log: QUIET }).request,
      })
      return new Octokit({
        baseUrl: hub.github.url,
        auth: (await auth({ type: 'installation', installationId: 70, repositoryNames })).token,
        log: QUIET,
      })
    }
    await hub.people.branch('alice', { branch: 'side', files: { b: 'b' }, message: 'Side' })
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
    await hub.people.branch('alice', { branch: 'side', files: { b: 'b' }, message: 'Side' })
    hub.github.faults.inject({ method: 'POST', path: /pulls$/, fault: { kind: 'drop-after' } })
    await expect(hub.octokit.pulls.create({ ...REPO, title: 'T', head: 'side', base: 'main' })).rejects.toThrow('other side closed')
    expect((await hub.octokit.pulls.list(REPO)).data).toHaveLength(1)
  })
})
