import { describe, expect, test } from 'vitest'
import { encodeId } from '../../../src/http/request/paging.ts'
import { aLedger, aRollout, aView, NOW, readOptions } from '../fleet-fixture.ts'
import { aFleetOf } from '../large-fleet.ts'
import { startService } from '../service.ts'
import { theRelease } from '../story.ts'
import { withStory } from '../with-story.ts'

/** Where a question leads in the story: its status, and the address or the words. */
async function ask(query: string): Promise<[number, string]> {
  await using service = await withStory()
  const answer = await fetch(`${service.servers.api.url}/find${query}`, { redirect: 'manual' })
  return [answer.status, answer.headers.get('location') ?? (await answer.text())]
}

const RELEASE = `/releases/${encodeId(theRelease().key)}`

describe('a link from Argo CD', () => {
  test.each([
    ['?rollout=uid-checkout', RELEASE],
    ['?rollout=uid-checkout&hash=bad', RELEASE],
    ['?rollout=uid-checkout&hash=good', '/rollouts/east/shop/checkout'],
    ['?rollout=uid-web', '/rollouts/east/shop/web'],
  ])('%s leads to %s, whatever the cluster is called', async (query, href) => {
    expect(await ask(query)).toEqual([302, href])
  })

  test('of an Application leads to its Rollout, and to the board where it has several', async () => {
    const views = aFleetOf(20)
    await using service = await startService(readOptions(views, await aLedger()))
    const owned = [...(views[0]?.applications() ?? [])].find(({ rollouts }) => rollouts.length === 1)!
    const lead = async (application: string): Promise<Response> =>
      fetch(`${service.servers.api.url}/find?application=${encodeURIComponent(application)}`, { redirect: 'manual' })
    const one = await lead(`${owned.namespace}/${owned.name}`)
    expect([one.status, one.headers.get('location')]).toEqual([302, expect.stringMatching(/^\/rollouts\//)])
    expect((await lead('argocd/nobody')).status).toBe(404)
    const rollouts = ['one', 'two'].map((name) => aRollout({ name }))
    const both = { ...owned, namespace: 'argocd', name: 'both', rollouts: rollouts.map(({ name }) => `shop/${name}`) }
    const view = aView('east', { rollouts: [...rollouts, aRollout({ name: 'other' })], applications: [both] })
    await using several = await startService(readOptions([view], await aLedger()))
    const board = await fetch(`${several.servers.api.url}/find?application=argocd/both`)
    expect(board.url).toContain('/?application=argocd%2Fboth')
    const text = await board.text()
    expect([...text.matchAll(/<th scope="row"><a href="[^"]*">([^<]*)</g)].map(([, name]) => name)).toEqual(['one', 'two'])
    expect(text).toContain('Take out Application: argocd/both')
  })

  test.each([
    '',
    '?rollout=',
    '?rollout=a&application=b/c',
    '?rollout=a&rollout=b',
    '?rollout=..%2F..',
    '?rollout=uid-web&hash=%0d%0aSet-Cookie:x',
    '?application=argocd',
    '?application=https://evil.example/x',
    '?application=a/b&hash=good',
    '?to=//evil.example',
  ])('%s means nothing, and that is said', async (query) => {
    const [status, text] = await ask(query)
    expect(status).toBe(400)
    expect(text).toContain('ask for rollout=UID')
  })

  test('to what is not there says so, and says which clusters cannot be seen', async () => {
    expect(await ask('?rollout=nobody')).toEqual([404, expect.stringContaining('No cluster that Kedge watches has this Rollout')])
    const freshness = { fresh: false, asOf: NOW, blind: [{ kind: 'Rollout', reason: 'forbidden', since: NOW }] }
    const ledger = await aLedger()
    await using service = await startService(
      readOptions([aView('east', { rollouts: [aRollout({ name: 'web' })], freshness })], ledger),
      ledger,
    )
    expect(await (await fetch(`${service.servers.api.url}/find?rollout=nobody`)).text()).toContain('cannot see east now')
  })
})
