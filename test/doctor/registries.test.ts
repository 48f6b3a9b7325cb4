import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createImageRegistry } from '../../src/adapters/registries/registry.ts'
import { checkRegistries } from '../../src/doctor/check-registries.ts'
import { pushImage, startRegistry, type RegistryWorld } from '../adapters/registries/registry-world.ts'

let world: RegistryWorld
beforeEach(async () => {
  world = await startRegistry()
})
afterEach(() => world[Symbol.asyncDispose]())

async function said(images: readonly string[]) {
  const host = 'registry.example'
  const registries = [{ host, url: world.url, tokenHost: undefined, username: undefined, caFile: undefined }]
  await using registry = createImageRegistry([{ host, url: world.url, login: () => undefined }])
  const [finding] = await checkRegistries({ registries }, registry, images)
  return finding && { level: finding.level, subject: finding.subject, says: finding.says }
}

describe('the doctor on registries', () => {
  it('reads an image that runs, and says what it was built from', async () => {
    pushImage(world, 'shop/web', { tag: 'v1', labels: { 'org.opencontainers.image.revision': 'abcdef0' } })
    expect(await said(['nginx', 'registry.example/shop/web:v1'])).toEqual({
      level: 'ok',
      subject: 'registry registry.example',
      says: 'says abcdef0, by the labels of registry.example/shop/web:v1',
    })
  })

  it('warns where it may not be read, and where no label says anything', async () => {
    pushImage(world, 'shop/bare', { tag: 'v1' })
    expect(await said(['registry.example/shop/bare:v1'])).toMatchObject({
      level: 'warn',
      says: expect.stringContaining('no label') as string,
    })
    world.before = (_, response) => {
      response.writeHead(401).end()
      return true
    }
    expect(await said(['registry.example/shop/bare:v1'])).toMatchObject({ level: 'warn', says: expect.stringContaining('401') as string })
  })

  it('fails where it does not answer', async () => {
    world.before = (_, response) => {
      response.writeHead(503).end()
      return true
    }
    expect(await said(['registry.example/shop/web:v1'])).toMatchObject({ level: 'fail', says: expect.stringContaining('503') as string })
  })

  it('asks nothing where nothing runs of it', async () => {
    expect(await said(['other.example/web:v1', 'not an image'])).toMatchObject({ level: 'ok' })
    expect(world.asked).toEqual([])
  })
})
