import { describe, expect, it } from 'vitest'
import { everythingIn, faultOf } from '../../faults.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { createForges, edge, NOW, pull, REPOSITORY, TOKEN } from './github-edge.ts'

const get = () => createForges().forRepository(REPOSITORY).get(6)
const PATH = '/repos/acme/deploy/pulls/6'

useOnlyNock()

describe('faults of GitHub', () => {
  it.each([
    [400, 'E_FORGE_REJECTED'],
    [401, 'E_FORGE_AUTH'],
    [403, 'E_FORGE_FORBIDDEN'],
    [404, 'E_FORGE_NOT_FOUND'],
    [409, 'E_FORGE_REJECTED'],
    [410, 'E_FORGE_NOT_FOUND'],
    [422, 'E_FORGE_REJECTED'],
    [423, 'E_FORGE_FORBIDDEN'],
    [500, 'E_FORGE_UNREACHABLE'],
    [503, 'E_FORGE_UNREACHABLE'],
  ])('an answer of %i is %s, and names the request', async (status, code) => {
    edge().get(PATH).reply(status, { message: 'Its own words' })
    expect(await faultOf(get())).toMatchObject({ code, message: `${code}: GitHub answered ${status} to GET ${PATH}: Its own words` })
  })

  it.each([
    ['retry-after', 403, { 'retry-after': '17' }, 17],
    [
      'the reset on its own clock',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 900), date: new Date(NOW + 600_000).toUTCString() },
      300,
    ],
    ['the reset on ours when it tells no date', 429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 900) }, 900],
    ['a minute when it tells nothing', 429, {}, 60],
  ])('a rate limit waits by %s', async (_, status, headers, retryAfterSeconds) => {
    edge().get(PATH).reply(status, { message: 'slow down' }, headers)
    expect(await faultOf(get())).toMatchObject({ code: 'E_FORGE_RATE_LIMITED', retryable: true, retryAfterSeconds })
  })

  it('a secondary limit that is told only in words waits for a minute', async () => {
    edge().get(PATH).reply(403, { message: 'You have exceeded a secondary rate limit.' })
    expect(await faultOf(get())).toMatchObject({ code: 'E_FORGE_RATE_LIMITED', retryAfterSeconds: 60 })
  })

  it('a proxy page with status 200 is no answer of GitHub', async () => {
    edge().get(PATH).reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' })
    expect(await faultOf(get())).toMatchObject({ code: 'E_FORGE_UNREACHABLE', retryable: true })
  })

  it('a connection that is cut is retryable', async () => {
    edge()
      .get(PATH)
      .replyWithError(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
    expect(await faultOf(get())).toMatchObject({ code: 'E_FORGE_UNREACHABLE', message: expect.stringContaining('ECONNRESET') })
  })

  it('an answer that never comes is given up', async () => {
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
    const forge = createForges({ fetch, timeoutMs: 1 }).forRepository(REPOSITORY)
    expect(await faultOf(forge.get(6))).toMatchObject({ code: 'E_FORGE_UNREACHABLE', message: expect.stringContaining('timed out') })
  })

  it('tells what is left of the rate limit, by host', async () => {
    const forges = createForges()
    expect([...forges.rateLimitRemaining()]).toEqual([])
    edge().get(PATH).reply(200, pull(6), { 'x-ratelimit-remaining': '4321', 'x-ratelimit-resource': 'core' })
    await forges.forRepository(REPOSITORY).get(6)
    expect([...forges.rateLimitRemaining()]).toEqual([['github.com', 4321]])
  })
})

describe('where the credential goes', () => {
  it.each([301, 302, 307, 308])('no redirect (%i) is followed with it, to whatever host', async (status) => {
    edge().get(PATH).reply(status, '', { location: 'https://evil.example/repos/acme/deploy/pulls/6' })
    expect(await faultOf(get())).toMatchObject({ code: 'E_FORGE_REJECTED', message: expect.stringContaining('another host') })
  })

  it.each(['https://github.com/acme/other', 'https://evil.example/acme/deploy', 'file:///etc/passwd', 'ext::sh -c touch% /tmp/x', ''])(
    '%j, which is not allowed, gets neither forge nor credential',
    async (repoURL) => {
      const forges = createForges()
      expect(() => forges.forRepository(repoURL)).toThrow(expect.objectContaining({ code: 'E_REPOSITORY_NOT_ALLOWED' }))
      await expect(forges.credentialsFor(repoURL)).rejects.toMatchObject({ code: 'E_REPOSITORY_NOT_ALLOWED' })
    },
  )

  it.each([
    'https://gitlab.com/acme/deploy',
    'https://evil.example\\@github.com/acme/deploy',
    'https://github.com:8443/acme/deploy',
    'https://github.com/acme',
    'https://github.com/acme/deploy/tree/main',
    'https://github.com/../deploy',
    'https://gıthub.com/acme/deploy',
    'https://github.com/acme/deploy\n@evil.example',
  ])('%j names no repository of a configured host, even where it is allowed', async (repoURL) => {
    const forges = createForges({ allow: () => true })
    expect(() => forges.forRepository(repoURL)).toThrow(expect.objectContaining({ code: 'E_FORGE_UNSUPPORTED' }))
    expect(await forges.credentialsFor(repoURL)).toBeUndefined()
  })

  it('plain http gets no password from a forge that speaks https', async () => {
    const forges = createForges({ allow: () => true })
    await expect(forges.credentialsFor('http://github.com/acme/deploy')).rejects.toMatchObject({ code: 'E_REPOSITORY_NOT_ALLOWED' })
  })

  it('Git gets the token for an allowed repository', async () => {
    expect(await createForges().credentialsFor(REPOSITORY)).toEqual({ username: 'x-access-token', password: TOKEN })
  })

  it.each([
    [
      'an answer that repeats it',
      () =>
        edge()
          .get(PATH)
          .reply(422, { message: `bad credentials: ${TOKEN}`, errors: [TOKEN] }, { 'x-echo': TOKEN }),
    ],
    ['a server error that repeats it', () => edge().get(PATH).reply(500, TOKEN)],
    [
      'a refusal',
      () =>
        edge()
          .get(PATH)
          .reply(401, { message: `Bearer ${TOKEN}` }),
    ],
    [
      'a redirect that carries it',
      () =>
        edge()
          .get(PATH)
          .reply(302, '', { location: `https://evil.example/?t=${TOKEN}` }),
    ],
    ['a network fault that quotes it', () => edge().get(PATH).replyWithError(`proxy refused authorization Bearer ${TOKEN}`)],
    ['a page instead of an answer', () => edge().get(PATH).reply(200, { number: TOKEN })],
  ])('no error shows it: %s', async (_, answer) => {
    answer()
    expect(everythingIn(await faultOf(get()))).not.toContain(TOKEN)
  })

  it('no error shows the credentials of a repoURL', async () => {
    const error = await faultOf(createForges().credentialsFor(`https://user:${TOKEN}@github.com/acme/other`))
    expect(everythingIn(error)).not.toContain(TOKEN)
  })
})
