import { createImageRegistry } from '../../../src/adapters/registries/registry.ts'
import type { ImageRegistry } from '../../../src/ports/image-registry.ts'
import { imagesOf } from '../../../src/service/replaceable.ts'
import { describeImageRegistry, type ImageRegistryWorld } from '../../contract/image-registry.ts'
import { pushImage, startRegistry } from './registry-world.ts'

const REVISION = '0123456789abcdef0123456789abcdef01234567'

describeImageRegistry('a registry over HTTP', () => openOver((registry) => registry))
describeImageRegistry('the one of the configuration of then', () => openOver((registry) => imagesOf({ now: registry })))

/** @param seen how it is reached */
async function openOver(seen: (registry: ImageRegistry) => ImageRegistry): Promise<ImageRegistryWorld> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startRegistry())
  pushImage(server, 'shop/web', { tag: 'v1', labels: { 'org.opencontainers.image.revision': REVISION } })
  const registry = stack.use(createImageRegistry([{ host: 'images.example', url: server.url, login: () => undefined }]))
  const opened = stack.move()
  return {
    registry: seen(registry),
    labelled: { image: 'images.example/shop/web:v1', revision: REVISION },
    absent: 'images.example/shop/web:v2',
    foreign: 'elsewhere.example/shop/web:v1',
    asked: () => server.asked.length,
    away: () => void (server.before = (request) => (request.socket.destroy(), true)),
    back: () => void (server.before = undefined),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
