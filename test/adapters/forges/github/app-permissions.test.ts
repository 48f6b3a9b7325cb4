import { expect, it } from 'vitest'
import { examineRepository } from '../../../../src/adapters/forges/github/doctor.ts'
import { DEFAULT_COMMITS } from '../../../../src/domain/revert/commit-rules.ts'
import { faultOf } from '../../faults.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { ACCESS_TOKENS, INSTALLED, PERMISSIONS } from './app-edge.ts'
import { createForges, edge, NOW, REPOSITORY } from './github-edge.ts'

useOnlyNock()

/** What the doctor finds in a repository in which all is well but for what the installation may do. */
async function examined({ deployments }: { deployments: boolean }) {
  edge()
    .get('/repos/acme/deploy')
    .reply(200, { permissions: { push: true } })
  edge().get('/repos/acme/deploy/branches/main').reply(200, { protected: true })
  edge()
    .get(/\/rules\/branches\//)
    .query(true)
    .times(2)
    .reply(200, [])
  const look = { subject: 'repository', repoURL: REPOSITORY, branch: 'main', commits: DEFAULT_COMMITS, deployments, now: () => NOW }
  return (await examineRepository({ apiBaseUrl: 'https://api.github.com', auth: INSTALLED }, look)).findings
}

it('permissions that the installation has not granted are told as such', async () => {
  edge().post(ACCESS_TOKENS).times(2).reply(422, { message: 'The permissions requested are not granted to this installation.' })
  expect(await faultOf(createForges({ auth: INSTALLED }).credentialsFor(REPOSITORY))).toMatchObject({
    code: 'E_FORGE_FORBIDDEN',
    message: expect.stringMatching(/^E_FORGE_FORBIDDEN: GitHub answered 422 .*not granted/),
  })
})

it('an installation that has not granted commit statuses gets a token for all the rest', async () => {
  const { statuses: _, ...rest } = PERMISSIONS
  const refusal = { message: 'The permissions requested are not granted to this installation.' }
  edge()
    .post(ACCESS_TOKENS, { repositories: ['deploy'], permissions: PERMISSIONS })
    .reply(422, refusal)
  edge()
    .post(ACCESS_TOKENS, { repositories: ['deploy'], permissions: rest })
    .reply(201, { token: 'ghs_1' })
  expect(await createForges({ auth: INSTALLED }).credentialsFor(REPOSITORY)).toMatchObject({ password: 'ghs_1' })
})

it.each([
  ['has granted', true, 'ok', 'Contents and Pull requests and Commit statuses'],
  ['has not granted', false, 'warn', 'may write no commit statuses'],
])('the doctor says of an installation that %s commit statuses whether a commit can be marked', async (_, granted, level, words) => {
  const { statuses: _none, ...rest } = PERMISSIONS
  const asked = edge().post(ACCESS_TOKENS, { repositories: ['deploy'], permissions: PERMISSIONS })
  if (granted) asked.reply(201, { token: 'ghs_1' })
  else {
    asked.reply(422, { message: 'The permissions requested are not granted to this installation.' })
    edge()
      .post(ACCESS_TOKENS, { repositories: ['deploy'], permissions: rest })
      .reply(201, { token: 'ghs_1' })
  }
  const findings = await examined({ deployments: false })
  expect(findings).toContainEqual(expect.objectContaining({ level, says: expect.stringContaining(words) }))
  expect(findings.some(({ level: one }) => one === 'warn')).toBe(!granted)
})

it.each([
  ['are granted', ['statuses', 'deployments'], 'ok', 'its deployments may be read'],
  ['are not granted', ['statuses'], 'warn', 'may write no deployments'],
])('the right to deployments is asked for where they are wanted, and the doctor says whether they %s', async (_, granted, level, words) => {
  const { statuses: _none, ...least } = PERMISSIONS
  for (const extras of [['statuses', 'deployments'], ['statuses']].slice(0, granted.includes('deployments') ? 1 : 2)) {
    const isGranted = extras.every((extra) => granted.includes(extra))
    edge()
      .post(ACCESS_TOKENS, {
        repositories: ['deploy'],
        permissions: { ...least, ...Object.fromEntries(extras.map((extra) => [extra, 'write'])) },
      })
      .reply(isGranted ? 201 : 422, isGranted ? { token: 'ghs_1' } : { message: 'The permissions requested are not granted.' })
  }
  edge().get('/repos/acme/deploy/deployments?per_page=1').reply(200, [])
  const findings = await examined({ deployments: true })
  expect(findings).toContainEqual(expect.objectContaining({ level, says: expect.stringContaining(words) }))
})
