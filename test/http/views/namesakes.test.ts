import { describe, expect, test } from 'vitest'
import { runCli } from '../../../src/cli/program.ts'
import { rolloutHref } from '../../../src/ui/board.ts'
import { createTerminal } from '../../cli/terminal.ts'
import { aLedger, aRollout, aSplitRollout, aView, readOptions } from '../fleet-fixture.ts'
import { startService, type Service } from '../service.ts'
import { theRelease } from '../story.ts'

const CLUSTERS = ['east', 'west'] as const

/** `shop/checkout` in two clusters, split in both, of one image; in `east` the ledger has its release. */
async function serveNamesakes(): Promise<Service> {
  const ledger = await aLedger()
  const key = 'east|uid-east|bad|9'
  const document = theRelease({ key, templateKey: 'east|uid-east|bad', uid: 'uid-east', revertKey: null })
  await ledger.append([{ kind: 'release', key, event: 'failed', document }])
  const other = aRollout({ name: 'web' })
  const views = CLUSTERS.map((cluster) => {
    const twin = aSplitRollout({ name: 'checkout', cluster, uid: `uid-${cluster}` })
    return aView(cluster, { rollouts: cluster === 'east' ? [twin, other] : [twin] })
  })
  return startService(readOptions(views, ledger), ledger)
}

/** Each row of a table of the page: what its name says, where that leads, and the words below it. */
function rowsOf(text: string): { name: string; href: string; place: string }[] {
  const row = /<th scope="row"><a href="([^"]*)">([^<]*)<\/a><small>([^<]*)<\/small>/g
  return [...text.matchAll(row)].map(([, href = '', name = '', place = '']) => ({ name, href, place }))
}

async function ask(service: Service, ...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = createTerminal()
  const code = await runCli([...words, '--server', service.servers.api.url], terminal)
  return { code, out: terminal.out(), err: terminal.err() }
}

describe('two Rollouts of one namespace and name, in two clusters', () => {
  test('have a row each on the board, which says the cluster and leads to that one alone', async () => {
    await using service = await serveNamesakes()
    const get = async (path: string) => (await fetch(service.servers.api.url + path)).text()
    const rows = rowsOf(await get('/')).filter(({ name }) => name === 'checkout')
    expect(rows.map(({ place }) => place).toSorted()).toEqual(['shop · east', 'shop · west'])
    const hrefOf = (cluster: string) => rows.find(({ place }) => place.endsWith(cluster))?.href ?? ''
    expect(hrefOf('west')).toBe(rolloutHref({ cluster: 'west', namespace: 'shop', name: 'checkout' }))
    expect(hrefOf('east')).toMatch(/^\/releases\//)
    expect(await get(hrefOf('east'))).toContain('shop · east')
    expect(await get(hrefOf('east'))).not.toContain('shop · west')
    for (const cluster of CLUSTERS) {
      const page = await get(rolloutHref({ cluster, namespace: 'shop', name: 'checkout' }))
      expect(page).toContain(`shop · ${cluster}`)
      // The release of the one is no history of the other.
      expect(page.includes(hrefOf('east'))).toBe(cluster === 'east')
      expect(rowsOf(await get(`/?cluster=${cluster}&name=checkout`))).toMatchObject([{ place: `shop · ${cluster}` }])
    }
  })

  test('are told apart by `kedge status`, by name too, and each is had alone by its cluster', async () => {
    await using service = await serveNamesakes()
    const { out } = await ask(service, 'status', '--name', 'checkout')
    expect(out).toMatch(/✖ east\/shop\/checkout/)
    expect(out).toMatch(/✖ west\/shop\/checkout/)
    const named = await ask(service, 'status', '--name', 'checkout', '--cluster', 'west', '-o', 'name')
    expect(named.out).toBe('west/shop/checkout\n')
  })

  test('are told apart by `kedge trace`, now and in the ledger', async () => {
    await using service = await serveNamesakes()
    const { code, out } = await ask(service, 'trace', 'checkout:v1.8.0')
    const [now = '', then = ''] = out.split('Releases\n')
    expect(code).toBe(0)
    expect([...now.matchAll(/(\w+)\/shop\/checkout/g)].map(([, cluster = '']) => cluster).toSorted()).toEqual(['east', 'west'])
    expect([...then.matchAll(/(\w+)\/shop\/checkout/g)].map(([, cluster = '']) => cluster)).toEqual(['east'])
  })

  test.each([['explain'], ['retry'], ['adopt']])(
    'are refused to `kedge %s` by a name that both have, and both are named',
    async (command) => {
      await using service = await serveNamesakes()
      for (const name of ['checkout', 'shop/checkout']) {
        const { code, out, err } = await ask(service, command, name)
        expect([code, out]).toEqual([2, ''])
        expect(err).toContain(`${name} may be 2 Rollouts: east/shop/checkout, west/shop/checkout`)
      }
    },
  )

  test('are each explained by the whole name', async () => {
    await using service = await serveNamesakes()
    for (const cluster of CLUSTERS)
      expect((await ask(service, 'explain', `${cluster}/shop/checkout`)).out).toContain(`shop/checkout (${cluster})`)
  })
})
