import { describe, expect, test } from 'vitest'
import type { ApplicationAnswer } from '../../../src/api/application-contract.ts'
import { encodeId } from '../../../src/http/request/paging.ts'
import { kedgeOf } from '../../argocd-extension/kedge-of.ts'
import { theRelease } from '../story.ts'

const THROUGH = { 'Argocd-Application-Name': 'argocd:shop', 'Argocd-Project-Name': 'default', 'Argocd-Username': 'ada' }

describe("what comes through Argo CD's proxy", () => {
  test('is told of the Rollouts of its Application, the worst first, with the release and its page', async () => {
    await using kedge = await kedgeOf()
    const response = await fetch(`${kedge.url}/api/v1/application`, { headers: THROUGH })
    const answer = (await response.json()) as ApplicationAnswer
    expect([response.status, answer.application, answer.total, answer.blind]).toEqual([200, 'argocd/shop', 2, []])
    const [worst, calm] = answer.rollouts
    expect(worst).toMatchObject({
      namespace: 'shop',
      name: 'checkout',
      tone: 'bad',
      verdict: 'Split: the cluster went back, Git did not',
      gitWants: expect.stringMatching(/^v1\.8\.0 \(/),
      clusterRuns: expect.stringMatching(/^v1\.7\.3 \(/),
      page: `https://kedge.example/releases/${encodeId(theRelease().key)}`,
      release: {
        isOpen: true,
        todo: expect.stringContaining('#412'),
        pullRequest: { href: 'https://github.example/acme/gitops/pull/412' },
      },
    })
    expect(worst?.release?.evidence).toMatchObject([{ metric: 'success-rate', source: expect.stringContaining('step') }])
    expect(calm).toMatchObject({ name: 'catalog', tone: 'good', release: null, page: 'https://kedge.example/rollouts/east/shop/catalog' })
  })

  test('sees nothing of another Application', async () => {
    await using kedge = await kedgeOf()
    const ask = async (application: string): Promise<ApplicationAnswer> => {
      const headers = { ...THROUGH, 'Argocd-Application-Name': application }
      return (await (await fetch(`${kedge.url}/api/v1/application`, { headers })).json()) as ApplicationAnswer
    }
    expect((await ask('argocd:theirs')).rollouts.map(({ name }) => name)).toEqual(['web'])
    expect(await ask('argocd:nobody')).toEqual({ application: 'argocd/nobody', rollouts: [], total: 0, blind: [] })
    expect((await ask('team-a:shop')).rollouts).toEqual([])
  })

  test.each([
    ['GET', '/'],
    ['GET', '/metrics'],
    ['GET', '/readyz'],
    ['GET', '/api/v1/rollouts'],
    ['GET', `/releases/${encodeId(theRelease().key)}`],
    ['GET', '/api/v1/application/../rollouts'],
    ['GET', '//api/v1/application'],
    ['GET', '/report.csv'],
    ['POST', '/api/v1/application'],
    ['POST', '/api/v1/rollouts/east/shop/checkout/retry'],
    ['POST', `/api/v1/releases/${encodeId(theRelease().key)}/adopt`],
  ])('is refused %s %s, with a token too', async (method, path) => {
    await using kedge = await kedgeOf()
    const response = await fetch(kedge.url + path, { method, headers: { ...THROUGH, Authorization: `Bearer ${kedge.secret}` } })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([403, 'E_HTTP_FORBIDDEN'])
  })

  test.each([undefined, '', 'shop', 'argocd:', 'argocd:shop:x', 'argocd/shop', 'argocd:../x', 'ARGOCD:shop'])(
    'names its Application, and not %j',
    async (name) => {
      await using kedge = await kedgeOf()
      const headers = name === undefined ? {} : { 'Argocd-Application-Name': name }
      expect((await fetch(`${kedge.url}/api/v1/application`, { headers })).status).toBe(400)
    },
  )
})

test('without the header everything is answered as before', async () => {
  await using kedge = await kedgeOf()
  expect((await fetch(`${kedge.url}/api/v1/rollouts`)).status).toBe(200)
})
