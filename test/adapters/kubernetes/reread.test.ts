import { describe, expect, it } from 'vitest'
import { startWorld } from './faults/world.ts'
import { aView } from './harness.ts'

describe('reading one Rollout past the cache', () => {
  it('gives what the server has now', async () => {
    await using world = await startWorld()
    await using view = aView(world.url)
    const phase = world.change()
    expect(await view.reread('shop', 'web')).toMatchObject({ cluster: 'prod', phase })
  })

  it('says undefined only of what the server calls gone', async () => {
    await using world = await startWorld()
    await using view = aView(world.url)
    expect(await view.reread('shop', 'nobody')).toBeUndefined()
    world.options.absent.push('rollouts')
    await expect(view.reread('shop', 'web')).rejects.toMatchObject({ code: 'E_CLUSTER_ABSENT' })
    world.api.faults.inject({ path: /rollouts\/web/, fault: { kind: 'status', status: 404, body: '<html>no such page</html>' } })
    await expect(view.reread('shop', 'web')).rejects.toMatchObject({ name: 'KedgeError' })
  })

  it('names what went wrong', async () => {
    await using world = await startWorld()
    await using view = aView(world.url)
    world.options.allows = () => false
    await expect(view.reread('shop', 'web')).rejects.toMatchObject({ code: 'E_CLUSTER_FORBIDDEN', retryable: true })
    world.options.token = 'secret'
    await expect(view.reread('shop', 'web')).rejects.toMatchObject({ code: 'E_CLUSTER_AUTH' })
    world.proxy.refuse(true)
    world.proxy.reset()
    await expect(view.reread('shop', 'web')).rejects.toMatchObject({ code: 'E_CLUSTER_UNREACHABLE' })
  })
})
