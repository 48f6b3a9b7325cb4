import { expect, it } from 'vitest'
import { nock } from '../../at-rest-nock.ts'
import { everythingIn, faultOf } from '../../faults.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { APP, INSTALLED, ACCESS_TOKENS, handOut } from './app-edge.ts'
import { createForges, edge, MARKER, NOW, pull, REPOSITORY } from './github-edge.ts'

const MINUTE = 60_000

useOnlyNock()

function answerWith(token: string, status = 200): void {
  edge()
    .get('/repos/acme/deploy/pulls/6')
    .matchHeader('authorization', `Bearer ${token}`)
    .reply(status, status === 200 ? pull(6) : { message: 'Bad credentials' })
}

it('an App without an installation id is looked up by the repository', async () => {
  edge()
    .get('/repos/acme/deploy/installation')
    .matchHeader('authorization', /^Bearer eyJ/)
    .reply(200, { id: 7 })
  handOut('ghs_1')
  answerWith('ghs_1')
  expect((await createForges({ auth: APP }).forRepository(REPOSITORY).get(6)).number).toBe(6)
})

it('an App that is not installed on the repository is told by the name of what was asked', async () => {
  edge().get('/repos/acme/deploy/installation').reply(404, { message: 'Not Found' })
  expect(await faultOf(createForges({ auth: APP }).forRepository(REPOSITORY).get(6))).toMatchObject({
    code: 'E_FORGE_NOT_FOUND',
    message: expect.stringContaining('GET /repos/acme/deploy/installation'),
  })
})

it('a token serves for 50 minutes, and a new one is fetched then', async () => {
  let now = NOW
  const forges = createForges({ auth: INSTALLED, now: () => now })
  const password = async () => (await forges.credentialsFor(REPOSITORY))?.password
  handOut('ghs_1')
  expect(await password()).toBe('ghs_1')
  now += 50 * MINUTE - 1
  expect(await password()).toBe('ghs_1')
  now += 1
  handOut('ghs_2')
  expect(await password()).toBe('ghs_2')
})

it('a clock that was set back makes a token old', async () => {
  let now = NOW
  const forges = createForges({ auth: INSTALLED, now: () => now })
  handOut('ghs_1')
  await forges.credentialsFor(REPOSITORY)
  now -= MINUTE
  handOut('ghs_2')
  expect(await forges.credentialsFor(REPOSITORY)).toMatchObject({ password: 'ghs_2' })
})

it('requests at once share one token', async () => {
  const forges = createForges({ auth: INSTALLED })
  handOut('ghs_1')
  const passwords = await Promise.all(Array.from({ length: 5 }, () => forges.credentialsFor(REPOSITORY)))
  expect(new Set(passwords.map((credentials) => credentials?.password))).toEqual(new Set(['ghs_1']))
})

it('a token that is refused is replaced once, and the request made again', async () => {
  const forge = createForges({ auth: INSTALLED }).forRepository(REPOSITORY)
  handOut('ghs_1')
  answerWith('ghs_1', 401)
  handOut('ghs_2')
  answerWith('ghs_2')
  expect((await forge.get(6)).number).toBe(6)
})

it('requests at once that are all refused replace the token once', async () => {
  const forge = createForges({ auth: INSTALLED }).forRepository(REPOSITORY)
  handOut('ghs_1')
  for (let count = 0; count < 3; count += 1) answerWith('ghs_1', 401)
  handOut('ghs_2')
  for (let count = 0; count < 3; count += 1) answerWith('ghs_2')
  expect(await Promise.all([forge.get(6), forge.get(6), forge.get(6)])).toHaveLength(3)
})

it('a second refusal is a fault of the credential', async () => {
  const forge = createForges({ auth: INSTALLED }).forRepository(REPOSITORY)
  handOut('ghs_1')
  answerWith('ghs_1', 401)
  handOut('ghs_2')
  answerWith('ghs_2', 401)
  expect(await faultOf(forge.get(6))).toMatchObject({ code: 'E_FORGE_AUTH' })
})

it('Git gets a fresh token when it names the one that was refused', async () => {
  const forges = createForges({ auth: INSTALLED })
  handOut('ghs_1')
  handOut('ghs_2')
  expect(await forges.credentialsFor(REPOSITORY)).toMatchObject({ password: 'ghs_1' })
  expect(await forges.credentialsFor(REPOSITORY, 'ghs_1')).toMatchObject({ password: 'ghs_2' })
  expect(await forges.credentialsFor(REPOSITORY, 'ghs_1')).toMatchObject({ password: 'ghs_2' })
})

it('a failed fetch of a token is not remembered', async () => {
  const forges = createForges({ auth: INSTALLED })
  edge().post(ACCESS_TOKENS).reply(500, {})
  await expect(forges.credentialsFor(REPOSITORY)).rejects.toMatchObject({ code: 'E_FORGE_UNREACHABLE' })
  handOut('ghs_1')
  expect(await forges.credentialsFor(REPOSITORY)).toMatchObject({ password: 'ghs_1' })
})

it('comments of an App are known by its slug, not by that of another bot', async () => {
  const comments = '/repos/acme/deploy/issues/6/comments'
  handOut('ghs_1')
  edge()
    .get(comments)
    .query(true)
    .reply(
      200,
      ['other[bot]', 'kedge-acme[bot]'].map((login, id) => ({ id, body: `old\n\n${MARKER}`, user: { login, type: 'Bot' } })),
    )
  edge()
    .get('/app')
    .matchHeader('authorization', /^Bearer eyJ/)
    .reply(200, { slug: 'kedge-acme' })
  edge().patch('/repos/acme/deploy/issues/comments/1').reply(200, { id: 1 })
  await createForges({ auth: INSTALLED }).forRepository(REPOSITORY).comment(6, MARKER, 'news')
  expect(nock.isDone()).toBe(true)
})

it('no error shows an installation token, the JWT or the key', async () => {
  let jwt = ''
  const echoed = edge()
    .get('/repos/acme/deploy/installation')
    .matchHeader('authorization', (value) => {
      jwt = String(value).replace('Bearer ', '')
      return true
    })
    .reply(500, () => ({ message: `echo ${jwt}` }))
  const forges = createForges({ auth: APP })
  const echo = everythingIn(await faultOf(forges.credentialsFor(REPOSITORY)))
  expect(echoed.isDone()).toBe(true)
  expect(jwt).toMatch(/^eyJ/)
  expect(echo).not.toContain(jwt)

  edge().get('/repos/acme/deploy/installation').reply(200, { id: 7 })
  handOut('ghs_PLANTED')
  edge().get('/repos/acme/deploy/pulls/6').reply(500, { message: 'echo ghs_PLANTED' })
  expect(everythingIn(await faultOf(forges.forRepository(REPOSITORY).get(6)))).not.toContain('ghs_PLANTED')

  const broken = createForges({ auth: { ...APP, privateKey: '-----BEGIN RSA PRIVATE KEY-----\nPLANTED\n-----END RSA PRIVATE KEY-----' } })
  const fault = await faultOf(broken.credentialsFor(REPOSITORY))
  expect(fault).toMatchObject({ code: 'E_FORGE_AUTH' })
  expect(everythingIn(fault)).not.toContain('PLANTED')
})

it('an Enterprise server is asked below its own path, with its own token', async () => {
  const forges = createForges({
    hosts: [
      { apiBaseUrl: 'https://api.github.com', gitHost: 'github.com', auth: { type: 'token', token: 'public' } },
      { apiBaseUrl: 'https://git.acme.example/api/v3/', gitHost: 'git.acme.example', auth: { type: 'token', token: 'enterprise' } },
    ],
    allow: () => true,
  })
  nock('https://git.acme.example', { reqheaders: { authorization: 'Bearer enterprise' } })
    .get('/api/v3/repos/acme/deploy/pulls/6')
    .reply(200, pull(6))
  const forge = forges.forRepository('git@git.acme.example:acme/deploy.git')
  expect((await forge.get(6)).number).toBe(6)
  expect(forge.commitUrl('c'.repeat(40) as never)).toBe(`https://git.acme.example/acme/deploy/commit/${'c'.repeat(40)}`)
})
