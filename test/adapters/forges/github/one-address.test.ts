import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGitHubForges } from '../../../../src/adapters/forges/github/forges.ts'
import { parseRepositoryPath } from '../../../../src/adapters/forges/http/repository-path.ts'
import { remoteFor } from '../../../../src/adapters/git/remote-url.ts'
import { createGitRepositories } from '../../../../src/adapters/git/repositories.ts'
import { allowsRepository } from '../../../../src/domain/policy/allow.ts'
import { NO_SETTINGS } from '../../../../src/domain/policy/settings.ts'

const TOKEN = 'ghp_canaryCANARY0123456789'
const RULES = { allowFileProtocol: false, allowPlainHttp: false }
const allows = (repoURL: string, ...repositories: string[]): boolean =>
  allowsRepository({ allow: { ...NO_SETTINGS.allow, repositories }, caseIgnoringHosts: [] }, repoURL)

let resources: AsyncDisposableStack
beforeEach(() => (resources = new AsyncDisposableStack()))
afterEach(() => resources.disposeAsync())

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-address-'))
  resources.defer(() => rm(folder, { recursive: true }))
  return folder
}

describe('the address that Git is given', () => {
  it.each([
    ['evil.example:x@github.com:acme/shop', 'github.com'],
    ['evil.example:443@github.com:acme/shop', 'github.com'],
    ['github.com:8443/acme/shop', 'github.com:8443'],
  ])('is that of the repository that is allowed and that the token is for, or none: %s', async (repoURL, gitHost) => {
    const folder = await aFolder()
    const calls = join(folder, 'calls')
    await writeFile(calls, '')
    await writeFile(
      join(folder, 'git'),
      `#!/bin/sh\nprintf '%s ' "$@" >> ${calls}\nenv >> ${calls}\ncat "$GIT_DIR/config" >> ${calls}\nexit 1\n`,
    )
    await chmod(join(folder, 'git'), 0o755)
    const allow = (url: string): boolean => allows(url, `https://${gitHost}/acme/*`)
    const host = { apiBaseUrl: `https://api.${gitHost}`, gitHost, auth: { type: 'token', token: TOKEN } } as const
    const forges = createGitHubForges({ hosts: [host], allow, now: () => 0 })
    // What a name reader takes it for, so that the rest of the test says something.
    expect([allow(repoURL), (await forges.credentialsFor(repoURL))?.password]).toEqual([true, TOKEN])
    const credentialsFor = (url: string, rejected?: string) => forges.credentialsFor(url, rejected)
    const git = createGitRepositories({
      root: folder,
      allow,
      credentialsFor,
      timeoutMs: 5_000,
      searchPath: `${folder}:/usr/bin:/bin`,
    })
    const asked = await git.open(repoURL).then(
      (repository) => repository.remoteBranch('main'),
      (error: unknown) => error,
    )
    expect(await readFile(calls, 'utf8')).toBe('')
    expect(asked).toMatchObject({ code: 'E_GIT_BAD_INPUT' })
  })

  it('names the host that a credential is looked up for, however it is spelled', () => {
    const part = fc.constantFrom('evil.example', 'github.com', 'x', '8443')
    const between = fc.constantFrom(':', '@', '/', '://', ':/')
    const scheme = fc.constantFrom('', 'https://', 'ssh://', 'ssh://git@', 'git@')
    const rest = fc.array(fc.tuple(part, between), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(scheme, rest, (before, parts) => {
        const repoURL = `${before}${parts.flat().join('')}acme/shop`
        const named = parseRepositoryPath(repoURL)
        if (!named || !allows(repoURL, `${named.host}/**`)) return
        let url: string
        try {
          url = remoteFor(repoURL, RULES).url
        } catch {
          return
        }
        const path = named.segments.join('/')
        expect([new URL(url).host, new URL(url).pathname.replace(/^\/+|(?:\.git|\/)+$/g, '')]).toEqual([
          new URL(`https://${named.host}`).host,
          path,
        ])
      }),
      { numRuns: 2_000, seed: 7 },
    )
  })
})
