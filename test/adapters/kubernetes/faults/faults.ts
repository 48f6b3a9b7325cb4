import { holds } from '../../../until.ts'
import type { GatewayOptions } from './gateway.ts'
import type { Subject, SubjectOptions } from './subjects.ts'
import type { World, WorldOptions } from './world.ts'

/** Something that befalls a watch which had worked, and what the subject must see in spite of it. */
export interface WatchFault {
  name: string
  world?: WorldOptions
  subject?: Partial<SubjectOptions>
  /** Befalls the world before the subject starts. */
  before?(world: World): void
  /**
   * Befalls the world once the subject watches. Returns once the trouble is over, as far as it will be; the last change of the Rollout that
   * the subject must then see is its result.
   */
  provoke(world: World, subject: Subject): Promise<string> | string
  /**
   * Limit in multiples of the silence that the subject is configured to call dead, between the end of the trouble and the sight of the
   * change.
   */
  limit: number
}

const H2: WorldOptions = { protocol: 'h2' satisfies GatewayOptions['protocol'] }
const TLS: WorldOptions = { protocol: 'https' }

export const watching = (world: World): Promise<void> => holds('a watch is open', () => world.api.watches.count() > 0)

/** Nothing happens in the world for so many bookmarks. */
function quiet(world: World, bookmarks: number): Promise<void> {
  const wanted = world.api.watches.bookmarks() + bookmarks
  return holds(`${bookmarks} bookmarks more`, () => world.api.watches.bookmarks() >= wanted)
}

/** The subject asks the API server again, and is refused as things are. */
function askedInVain(world: World): Promise<void> {
  const before = world.api.requests.length
  return holds('the subject has asked again', () => world.api.requests.slice(before).some(({ status }) => status >= 400))
}

/** Rows 1-12 of the known failures of client-node's informer, then what networks and servers do besides. */
export const WATCH_FAULTS: readonly WatchFault[] = [
  {
    name: 'a quiet watch',
    limit: 1,
    provoke: async (world) => {
      await quiet(world, 4)
      return world.change()
    },
  },
  {
    name: 'something that closes idle connections cleanly, again and again',
    limit: 1,
    provoke: async (world) => {
      for (let round = 0; round < 4; round += 1) {
        await watching(world)
        world.api.watches.closeAll()
        await holds('all watches have ended', () => world.api.watches.count() === 0)
      }
      return world.change()
    },
  },
  {
    name: 'a history that is compacted while the watch is quiet',
    limit: 1,
    provoke: async (world) => {
      await quiet(world, 1)
      world.api.store.compact()
      world.api.watches.closeAll()
      return world.change()
    },
  },
  { name: 'a connection that is reset (RST)', limit: 1, provoke: (world) => (world.proxy.reset(), world.change()) },
  {
    name: 'HTTP 500 to the first list',
    limit: 1,
    before: (world) => world.api.faults.inject({ path: /rollouts/, fault: { kind: 'status', status: 500 } }),
    provoke: (world) => world.change(),
  },
  {
    name: '410 Gone within the stream, which then stays open',
    limit: 1,
    provoke: (world) => {
      world.api.watches.writeRaw(
        '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}',
      )
      world.api.watches.stallAll()
      return world.change()
    },
  },
  {
    name: '410 Gone as the answer to a watch',
    limit: 1,
    provoke: (world) => {
      world.api.setGoneForm('http')
      world.api.watches.stallAll()
      const phase = world.change()
      world.api.store.compact()
      world.api.watches.cutAll()
      return phase
    },
  },
  {
    name: 'a line that is no JSON, and the event that it was is lost',
    limit: 1,
    provoke: (world) => {
      world.api.watches.writeRaw('{"type":"MODIFIED","object":{"metadata":{"na')
      world.api.watches.stallAll()
      return world.change()
    },
  },
  {
    name: 'a listener that throws',
    subject: { throwingListener: true },
    limit: 1,
    provoke: (world) => (world.change(), world.change()),
  },
  {
    name: 'an object that is deleted and made anew between two lists',
    limit: 1,
    provoke: async (world, subject) => {
      world.api.watches.stallAll()
      world.api.store.delete({ plural: 'rollouts', namespace: 'shop', name: 'web' })
      const phase = world.remake()
      world.api.store.compact()
      world.api.watches.cutAll()
      await subject.saw(phase)
      await holds('the object was added twice', () => subject.added.length === 2)
      return world.change()
    },
  },
  { name: 'FIN in the middle of the stream', limit: 1, provoke: (world) => (world.proxy.finish(), world.change()) },
  { name: 'a half-open connection', limit: 1, provoke: (world) => (world.proxy.halfOpen(), world.change()) },
  { name: 'a black hole', limit: 1, provoke: (world) => (world.proxy.blackHole(), world.change()) },
  { name: 'a black hole under HTTP/2', world: H2, limit: 1, provoke: (world) => (world.proxy.blackHole(), world.change()) },
  {
    name: 'a network that is gone for a while',
    limit: 1,
    provoke: async (world) => {
      world.proxy.refuse(true)
      world.proxy.reset()
      const phase = world.change()
      await holds('the subject has met the lost network twice', () => world.proxy.refused() >= 2)
      world.proxy.refuse(false)
      return phase
    },
  },
  {
    name: 'bytes that come one at a time',
    limit: 1,
    provoke: (world) => {
      world.proxy.dribble(true)
      return world.change()
    },
  },
  {
    name: 'a line of more than 64 MB',
    limit: 2,
    provoke: (world) => {
      world.api.watches.writeRaw(`{"type":"MODIFIED","object":{"x":"${'x'.repeat(65 * 1024 * 1024)}"}}`)
      return world.change()
    },
  },
  { name: 'HTTP/2 over TLS, and a reset', world: H2, limit: 1, provoke: (world) => (world.proxy.reset(), world.change()) },
  { name: 'HTTP/1.1 over TLS, and a reset', world: TLS, limit: 1, provoke: (world) => (world.proxy.reset(), world.change()) },
  { name: 'gzip, and a reset', world: { gzip: true }, limit: 1, provoke: (world) => (world.proxy.reset(), world.change()) },
  {
    name: '401 until the token is right again',
    limit: 1,
    provoke: async (world) => {
      world.options.token = 'another'
      world.api.watches.closeAll()
      const phase = world.change()
      await askedInVain(world)
      world.options.token = 't'
      return phase
    },
  },
  {
    name: '403 until the role is back',
    limit: 1,
    provoke: async (world) => {
      world.options.allows = () => false
      world.api.watches.closeAll()
      const phase = world.change()
      await askedInVain(world)
      world.options.allows = () => true
      return phase
    },
  },
  {
    name: 'a CRD that is removed and comes back',
    limit: 1,
    provoke: async (world) => {
      world.options.absent.push('rollouts')
      world.api.watches.closeAll()
      await askedInVain(world)
      world.options.absent.length = 0
      return world.change()
    },
  },
  {
    name: '429 and 503 with Retry-After',
    limit: 1,
    provoke: async (world) => {
      const met = [429, 503].map((status) => world.gateway.refuseWatches(status, 1))
      world.api.watches.closeAll()
      await holds('both refusals were met', () => met.every((times) => times() === 1))
      return world.change()
    },
  },
]
