import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createGitRepositories } from '../../../src/adapters/git/repositories.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { refusePushes } from '../../simulation/forge-over.ts'
import { type Answer, serveOverHttp } from './http-origin.ts'
import { openAt } from './open.ts'

let resources: AsyncDisposableStack
let origin: Origin

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  origin = resources.use(await createOrigin())
  origin.commit({ a: '1' })
})
afterEach(() => resources.disposeAsync())

describe('faults of the host', () => {
  test.for<[number, string, boolean]>([
    [401, 'E_GIT_AUTH', true],
    [403, 'E_GIT_AUTH', true],
    [404, 'E_GIT_AUTH', true],
    [429, 'E_GIT_UNREACHABLE', true],
    [500, 'E_GIT_UNREACHABLE', true],
    [503, 'E_GIT_UNREACHABLE', true],
  ])('the answer %i is %s', async ([status, code, retryable]) => {
    const served = resources.use(await serveOverHttp(origin, undefined))
    served.fault = () => ({ status, headers: { 'www-authenticate': 'Basic realm="git"' } })
    const { repository } = resources.use(
      await openAt(served.url, { credentialsFor: async () => ({ username: 'kedge', password: 'wrong-token' }) }),
    )
    await expect(repository.fetch('main')).rejects.toMatchObject({ code, retryable })
    served.fault = undefined
    expect(await repository.fetch('main')).toBe(origin.git(['rev-parse', 'main']))
  })

  test.for([['wrong-token'], [undefined]])(
    'a host that does not take the token (%s) is told as that, and not as a terminal that is missing',
    async ([password]) => {
      const served = resources.use(await serveOverHttp(origin, 'kedge:s3cret-token'))
      const { repository } = resources.use(
        await openAt(served.url, { credentialsFor: async () => (password === undefined ? undefined : { username: 'kedge', password }) }),
      )
      await expect(repository.fetch('main')).rejects.toThrow('the host did not take the token, or was given none')
    },
  )

  test('an answer that is no Git is unreachable, and so is a port where nobody listens', async () => {
    const served = resources.use(await serveOverHttp(origin, undefined))
    const { repository } = resources.use(await openAt(served.url))
    await repository.fetch('main')
    await served[Symbol.asyncDispose]()
    await expect(repository.fetch('main')).rejects.toMatchObject({ code: 'E_GIT_UNREACHABLE', retryable: true })
  })

  test('a secret in what a host says is not told on, in colour neither', async () => {
    const served = resources.use(await serveOverHttp(origin, undefined))
    const { repository } = resources.use(await openAt(served.url))
    const said = 'ERR found \x1b[1;33mglpat-Abcdefghij0123456789\x1b[0m'
    served.fault = ({ method }): Answer | undefined => {
      const body = `${(said.length + 4).toString(16).padStart(4, '0')}${said}`
      return method === 'POST' ? { status: 200, headers: { 'content-type': 'application/x-git-upload-pack-result' }, body } : undefined
    }
    const fault = await repository.fetch('main').catch(String)
    expect(fault).toContain('found')
    expect(fault).not.toContain('Abcdefghij')
  })

  test('a branch whose commit is gone between two answers of a host is not told as absent', async () => {
    const served = resources.use(await serveOverHttp(origin, undefined))
    const { repository } = resources.use(await openAt(served.url))
    const said = `ERR upload-pack: not our ref ${origin.git(['rev-parse', 'main'])}`
    let asked = 0
    served.fault = ({ method }): Answer | undefined => {
      // The first one lists the branches.
      if (method !== 'POST' || (asked += 1) < 2) return undefined
      const body = `${(said.length + 4).toString(16).padStart(4, '0')}${said}`
      return { status: 200, headers: { 'content-type': 'application/x-git-upload-pack-result' }, body }
    }
    await expect(repository.fetch('main')).rejects.toMatchObject({ code: 'E_GIT_UNREACHABLE', retryable: true })
    expect(asked).toBe(2)
    served.fault = undefined
    expect(await repository.fetch('main')).toBe(origin.git(['rev-parse', 'main']))
    expect(await repository.fetch('none')).toBeUndefined()
  })

  test('a fault in the middle of a push tells no success, and the next push finds what is there', async () => {
    const served = resources.use(await serveOverHttp(origin, undefined))
    const { repository } = resources.use(await openAt(served.url))
    const base = (await repository.fetch('main'))!
    served.fault = (request) => (request.method === 'POST' && request.url?.endsWith('/git-receive-pack') ? { status: 502 } : undefined)
    await expect(repository.push('kedge/revert/x', base)).rejects.toMatchObject({ code: 'E_GIT_UNREACHABLE' })
    expect(await repository.remoteBranch('kedge/revert/x')).toBeUndefined()
    served.fault = undefined
    expect(await repository.push('kedge/revert/x', base)).toEqual({ result: 'created' })
  })

  test('a host that never answers is given up in time, and the next call goes through', async () => {
    const served = resources.use(await serveOverHttp(origin, undefined))
    served.fault = () => 'hang'
    const { repository } = resources.use(await openAt(served.url, { timeoutMs: 1_000 }))
    await expect(repository.fetch('main')).rejects.toMatchObject({ code: 'E_GIT_TIMEOUT', retryable: true })
    served.fault = undefined
    expect(await repository.fetch('main')).toBe(origin.git(['rev-parse', 'main']))
  })

  test('a push that a rule of the host rejects is refused in the words of the host', async () => {
    const hook = join(origin.dir, 'hooks', 'pre-receive')
    await writeFile(hook, '#!/bin/sh\necho "branch names must begin with team/" >&2\nexit 1\n')
    await chmod(hook, 0o755)
    const { repository } = resources.use(await openAt(origin.dir))
    const base = (await repository.fetch('main'))!
    await expect(repository.push('kedge/revert/x', base)).rejects.toMatchObject({
      code: 'E_GIT_REFUSED',
      retryable: false,
      message: expect.stringContaining('branch names must begin with team/'),
    })
  })

  test.for([
    [
      'a ruleset of GitHub',
      ['error: GH013: Repository rule violations found for refs/heads/kedge/revert/x.', '', '- Commits must have verified signatures.'],
      'error: GH013: Repository rule violations found for refs/heads/kedge/revert/x. | - Commits must have verified signatures.',
    ],
    ['a push rule of GitLab', ['GitLab: Commit must be signed with a GPG key'], 'GitLab: Commit must be signed with a GPG key'],
    ['a hook of GitLab', ['GL-HOOK-ERR: No ticket in the message.', '=====', 'Access denied'], 'No ticket in the message. | Access denied'],
    [
      'Gitea',
      ['', 'Gitea: Branch kedge/revert/x is protected from force push', ''],
      'Gitea: Branch kedge/revert/x is protected from force push',
    ],
    ['a hook that shows secrets', ['ghp_0123456789abcdefghijABCDEFGHIJ012345 https://ada:pw@git.example/x'], '… https://git.example/x'],
    ['a hook that moves the cursor', ['\u001b[2Aforged\u202eline'], 'forged line'],
  ] as const)('the rule says why in its own lines, without secrets and controls: %s', async ([, lines, told]) => {
    await refusePushes(origin, lines)
    const { repository } = resources.use(await openAt(origin.dir))
    const base = (await repository.fetch('main'))!
    const refused = { code: 'E_GIT_REFUSED', what: `pushing kedge/revert/x: the host refused (pre-receive hook declined): ${told}` }
    await expect(repository.push('kedge/revert/x', base)).rejects.toMatchObject(refused)
  })

  test('a secret that a rule has found, and prints in colour, is not told', async () => {
    const found = `glpat-${'a1'.repeat(10)}`
    await refusePushes(origin, [`Finding: \u001b[1;3;33m${found}\u001b[0m`])
    const { repository } = resources.use(await openAt(origin.dir))
    const base = (await repository.fetch('main'))!
    const refused = { code: 'E_GIT_REFUSED', what: expect.stringMatching(/declined\): Finding: …$/) as string }
    await expect(repository.push('kedge/revert/x', base)).rejects.toMatchObject(refused)
  })

  test('of a rule that says much, a few lines are told', async () => {
    await refusePushes(
      origin,
      Array.from({ length: 99 }, (_, index) => `${index} ${'x'.repeat(300)}`),
    )
    const { repository } = resources.use(await openAt(origin.dir))
    const base = (await repository.fetch('main'))!
    const error = await repository.push('kedge/revert/x', base).then(
      () => '',
      (fault: unknown) => String(fault),
    )
    expect(error).toMatch(/0 x{100,}… \| 1 x/)
    expect(error.length).toBeLessThan(1_000)
  })

  test.for([301, 302, 307])('a redirect (%i) is not followed, and the token does not go there', async (status) => {
    const elsewhere = resources.use(await serveOverHttp(origin, undefined))
    const served = resources.use(await serveOverHttp(origin, 'kedge:s3cret-token'))
    const { repository } = resources.use(
      await openAt(served.url, { credentialsFor: async () => ({ username: 'kedge', password: 's3cret-token' }) }),
    )
    served.fault = (request): Answer => ({
      status,
      headers: { location: elsewhere.url + (request.url ?? '').replace('/acme/gitops.git', '') },
    })
    await expect(repository.fetch('main')).rejects.toMatchObject({ code: 'E_GIT_REFUSED' })
    expect(elsewhere.requests).toEqual([])
  })
})

describe('faults of the place', () => {
  test('a repository that is not allowed is not opened, and no credential is asked for', async () => {
    let asked = 0
    const root = await mkdtemp(join(tmpdir(), 'kedge-mirrors-'))
    resources.defer(() => rm(root, { recursive: true }))
    const repositories = createGitRepositories({
      root,
      timeoutMs: 1_000,
      allow: (repoURL) => repoURL === 'https://git.example/acme/gitops',
      credentialsFor: async () => void asked++ as undefined,
    })
    await expect(repositories.open('https://user:pw@git.example/acme/other')).rejects.toMatchObject({
      code: 'E_REPOSITORY_NOT_ALLOWED',
      message: expect.not.stringContaining('pw'),
    })
    await expect(repositories.open('https://git.example/acme/gitops')).resolves.toBeDefined()
    expect(asked).toBe(0)
  })

  test('two spellings of one address are one repository', async () => {
    const opened = resources.use(await openAt(origin.dir))
    expect(await opened.repositories.open('https://Git.Example/acme/gitops')).toBe(opened.repository)
    expect(await opened.repositories.open('git@git.example:acme/gitops.git')).toBe(opened.repository)
  })

  test('an address that ends in .git and one that does not are two: a server may answer to one of them alone', async () => {
    const root = await mkdtemp(join(tmpdir(), 'kedge-mirrors-'))
    resources.defer(() => rm(root, { recursive: true }))
    const credentialsFor = async () => undefined
    const repositories = createGitRepositories({ root, timeoutMs: 1_000, allow: () => true, credentialsFor })
    const spellings = ['https://git.example/acme/gitops', 'https://git.example/acme/gitops.git', 'git@git.example:acme/gitops.git']
    const [bare, ...others] = await Promise.all(spellings.map((url) => repositories.open(url)))
    expect(others[0]).not.toBe(bare)
    expect(others[1]).toBe(others[0])
  })

  test('a root that is no directory is told', async () => {
    await expect(openAt(origin.dir, { root: join(origin.dir, 'config') })).rejects.toMatchObject({
      code: 'E_GIT_BROKEN_MIRROR',
      message: expect.stringContaining('cannot be written'),
    })
  })

  test('a machine without git is told', async () => {
    const { repository } = resources.use(await openAt(origin.dir, { searchPath: '/nowhere' }))
    await expect(repository.fetch('main')).rejects.toMatchObject({ code: 'E_GIT_PROGRAM', message: expect.stringContaining('ENOENT') })
  })
})
