import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { createGitRepositories } from '../../src/adapters/git/repositories.ts'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import type { Channel } from '../../src/ports/channel.ts'
import type { GitRepositories } from '../../src/ports/git.ts'
import { NO_TRACES } from '../../src/ports/tracer.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { traceQuestions } from '../../src/reconcile/trace/traces.ts'
import { fenceChannel } from '../../src/service/fence.ts'
import { joinChannels } from '../../src/service/join-channels.ts'
import { joinRenderers } from '../../src/service/join-renderers.ts'
import { channelOf, loggerOf, rendererOf } from '../../src/service/replaceable.ts'
import { openAt } from '../adapters/git/open.ts'
import { REPOSITORY, rememberedForge } from '../adapters/memory/forge-world.ts'
import { cardTitled, describeChannel } from '../contract/channel.ts'
import { describeForge } from '../contract/forge.ts'
import { describeGitRepositories } from '../contract/git-repositories.ts'
import { describeLogger } from '../contract/log.ts'
import { describeRenderer } from '../contract/renderer.ts'
import { rememberLog } from '../remember-log.ts'
import { gitThroughAllDoors, mayAct, throughAllDoors } from './doors.ts'

// Between the loop and its ports stands what joins, renews, follows, fences and traces them. All of it together keeps to what the port
// promises, so each passes the suite of its port.

describeForge('a forge that only remembers, through all doors,', async () =>
  rememberedForge((memory) => {
    const environment = { forges: throughAllDoors(memory), repositories: {}, renderer: {} } as unknown as Environment
    return traceQuestions(environment, NO_TRACES).forges.forRepository(REPOSITORY)
  }),
)

describeChannel('a channel that only remembers, through all doors,', async () => {
  const memory = createMemoryChannel()
  const joined = joinChannels([{ name: 'ops', hasOnePlace: false, channel: memory }])
  return {
    notifier: fenceChannel(channelOf({ now: joined }) as Channel, mayAct),
    channel: 'C1',
    cards: async () => memory.cards().map(({ card }) => card.title),
    thread: async (ref) => memory.cards().find((entry) => entry.ref.timestamp === ref.timestamp)?.thread ?? [],
    [Symbol.asyncDispose]: async () => undefined,
  }
})

describeRenderer('of plain folders, through all doors', async (origin) => {
  const opened = await openAt(origin.dir, { borrowsOnDisk: true })
  const nobody = joinRenderers([])
  const renderer = rendererOf({ now: joinRenderers([nobody, createDirectoryRenderer(gitThroughAllDoors(opened.repositories))]) })
  const environment = { forges: {}, repositories: {}, renderer } as unknown as Environment
  return {
    renderer: traceQuestions(environment, NO_TRACES).renderer,
    apply: () => undefined,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
})

describe.each([
  ['as they are opened', (repositories: GitRepositories) => repositories],
  ['through all doors', gitThroughAllDoors],
])('%s:', (_, seen) => {
  describeGitRepositories('mirrors', async () => {
    const root = await mkdtemp(join(tmpdir(), 'kedge-doors-'))
    const repositories = createGitRepositories({
      root,
      allow: (url) => url.includes('/acme/'),
      credentialsFor: async () => undefined,
      timeoutMs: 20_000,
    })
    return {
      repositories: seen(repositories),
      allowed: 'https://git.example/acme/deploy.git',
      other: 'https://git.example/acme/other.git',
      refused: { url: 'https://me:planted-pw@git.example/evil/deploy.git', password: 'planted-pw' },
      async [Symbol.asyncDispose]() {
        await repositories[Symbol.asyncDispose]?.()
        await rm(root, { recursive: true, force: true })
      },
    }
  })
})

describeLogger({
  name: 'the log of the configuration of then',
  tells: true,
  open() {
    const { logger, lines } = rememberLog()
    const told = () => lines.map(({ message, fields }) => `${message} ${String(fields?.['release'])}`)
    return { logger: loggerOf({ now: logger }), told }
  },
})

it('whose channel an address is of is asked of the one that has it, through all doors', () => {
  const joined = joinChannels(['ops', 'team'].map((name) => ({ name, hasOnePlace: false, channel: createMemoryChannel() })))
  const channel = fenceChannel(channelOf({ now: joined }) as Channel, mayAct)
  expect(['#a', 'ops:#a', 'team:#a'].map((address) => channel.sideOf?.(address))).toEqual(['ops', 'ops', 'team'])
})

it('what is to be told when the last channel is configured no more is not taken for told, and is told by the next one', async () => {
  const memory = createMemoryChannel()
  const present: { now: Channel | undefined } = { now: memory }
  const channel = fenceChannel(channelOf(present) as Channel, mayAct)
  const request = { channel: '#a', card: cardTitled('Split'), ref: undefined, thread: undefined }
  present.now = joinChannels([])
  await expect(channel.publish(request)).rejects.toMatchObject({ code: 'E_NOTIFIER_CHANNEL_NOT_ALLOWED' })
  present.now = memory
  await channel.publish(request)
  expect(memory.cards()).toHaveLength(1)
})
