import { describe, expect, it } from 'vitest'
import { CUT, ROLLOUTS, rollout, useApi } from './kubernetes-api-stand.ts'
import { openWatch } from './watch-reader.ts'

const at = useApi()

describe('WATCH', () => {
  it('resumes from a resourceVersion and tells each change once, in order', async () => {
    at.api.store.apply(rollout('a'))
    const { body } = await at.call(ROLLOUTS)
    at.api.store.patch({ plural: 'rollouts', namespace: 'shop', name: 'a' }, { spec: { replicas: 2 } })
    await using watch = await openWatch(`${at.api.url}${ROLLOUTS}?watch=1&resourceVersion=${body.metadata.resourceVersion}`)
    expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { spec: { replicas: 2 } } })
    at.api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'a' })
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } })
  })

  it('an object that stops matching the selector reads as deleted', async () => {
    const labels = { team: 'x' }
    at.api.store.apply(rollout('a', { metadata: { name: 'a', namespace: 'shop', labels } }))
    await using watch = await openWatch(`${at.api.url}${ROLLOUTS}?watch=1&labelSelector=team&resourceVersion=${at.api.store.version()}`)
    at.api.store.patch({ plural: 'rollouts', namespace: 'shop', name: 'a' }, { metadata: { labels: { team: null } } })
    expect(await watch.next()).toMatchObject({ type: 'DELETED' })
  })

  it('sends bookmarks only where they are asked for, and ends at timeoutSeconds', async () => {
    await using watch = await openWatch(`${at.api.url}${ROLLOUTS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=1`)
    await using plain = await openWatch(`${at.api.url}${ROLLOUTS}?watch=true&timeoutSeconds=90&resourceVersion=1`)
    at.api.store.apply({ ...rollout('x'), kind: 'AnalysisRun' })
    at.clock.advance(60_000)
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: String(at.api.store.version()) } },
    })
    at.clock.advance(30_000)
    expect(await watch.next()).toMatchObject({ type: 'BOOKMARK' })
    expect(await watch.next()).toBeUndefined()
    expect(await plain.next()).toBeUndefined()
  })

  it('says Gone as an ERROR event or as HTTP 410, as it is set', async () => {
    at.api.store.apply(rollout('a'))
    at.api.store.apply(rollout('b'))
    at.api.store.compact()
    await using watch = await openWatch(`${at.api.url}${ROLLOUTS}?watch=1&resourceVersion=2`)
    expect(await watch.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    })
    expect(await watch.next()).toBeUndefined()
    at.api.setGoneForm('http')
    expect((await at.call(`${ROLLOUTS}?watch=1&resourceVersion=2`)).status).toBe(410)
  })

  it('can be ended, cut, stalled and fed a malformed line', async () => {
    const query = `${at.api.url}${ROLLOUTS}?watch=1&resourceVersion=1`
    await using ended = await openWatch(query)
    at.api.watches.closeAll()
    expect(await ended.next()).toBeUndefined()
    await using broken = await openWatch(query)
    at.api.watches.writeRaw('{"type":"MODI')
    expect(await broken.nextLine()).toBe('{"type":"MODI')
    at.api.watches.cutAll()
    await expect(broken.next()).rejects.toThrow(CUT)
    await using stalled = await openWatch(query)
    at.api.watches.stallAll()
    at.api.store.apply(rollout('a'))
    at.api.watches.cutAll()
    await expect(stalled.next()).rejects.toThrow(CUT)
    expect(at.api.watches.count()).toBe(0)
  })
})
