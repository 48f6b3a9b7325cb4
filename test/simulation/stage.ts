import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { createMemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { createVirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { openPorts } from '../../src/service/open-ports.ts'
import { createOrigin, type CommitOptions } from '../contract/git/origin.ts'
import { rememberLog } from '../remember-log.ts'
import { forgeOver } from './forge-over.ts'
import { openGit } from './git.ts'
import { manifest } from './manifest.ts'
import type { StagedRollout } from './rollout.ts'
import { adaptersOf, configOf, rulesOf, type Outfit } from './stage-adapters.ts'
import { Stage } from './stage-deeds.ts'
import { StagedKedge } from './stage-kedge.ts'
import type { StageOptions } from './stage-options.ts'
import { StagedWorld } from './stage-world.ts'

export type { Stage } from './stage-deeds.ts'
export type { StageOptions } from './stage-options.ts'

const START = Date.parse('2026-12-01T22:00:00Z')

/** See {@link Stage}. */
export async function createStage(options: StageOptions = {}): Promise<Stage> {
  const origin = await createOrigin({ filters: false })
  const dir = await mkdtemp(join(tmpdir(), 'kedge-stage-'))
  const clock = createVirtualClock(START)
  const policy: { current: Partial<Policy> } = { current: { mode: 'pr', channel: '#deploys', ...options.policy } }
  const world = new StagedWorld(clock, options)
  const { logger, lines } = rememberLog()
  const forges = createMemoryForges({ now: () => clock.now(), ...forgeOver(origin) })
  const channel = createMemoryChannel()
  const allows = options.allows ?? (() => true)
  const repositories = openGit({ origin, root: dir, allows, fetches: options.fetches ?? false })
  const outside = await options.outside?.({ origin, clock })
  const { clusters, argocd } = world
  const kedge = new StagedKedge(clock, {
    open: () => openPorts(configOf(clusters, argocd), NO_SECRETS, adapters, { rules: rulesOf(outfit) }),
    wrap: options.wrap,
  })
  const now = { ledger: () => kedge.ledgerStore, policy: () => policy.current }
  const clusterOf: Outfit['clusterOf'] = (name) => world.clusterOf(name)
  const outfit: Outfit = { options, clock, logger, forges, channel, repositories, now, clusters, clusterOf, allows }
  const adapters: Adapters = { ...adaptersOf(outfit), ...outside }

  async function takeDown(): Promise<void> {
    await outside?.[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
    await rm(dir, { recursive: true, force: true })
  }

  return new Stage({ clock, origin, forges, channel, lines, policy, world, kedge, takeDown })
}

/** A stage where v1 runs and Kedge has seen it. */
export async function createRunningStage(options: StageOptions = {}) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const app = stage.addApplication()
  const good = stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), 'other/readme': 'x\n' }, 'web v1')
  app.sync(good)
  web.healthy('v1')
  await stage.start()
  await stage.advance(60_000)

  /** Commits, syncs and starts the release of a tag. */
  async function release(tag: string, message = `web ${tag}`, more: CommitOptions = {}): Promise<CommitSha> {
    const commit = stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, message, more)
    app.sync(commit)
    web.canary(tag)
    await stage.show()
    await stage.advance(10_000)
    return commit
  }

  /** Aborts the release under way and gives Kedge time to act. */
  async function abort(given: Parameters<StagedRollout['abort']>[0] = {}): Promise<void> {
    web.abort(given)
    await stage.show()
    await stage.advance(2_000)
  }

  return Object.assign(stage, { web, app, good, release, abort })
}

export type RunningStage = Awaited<ReturnType<typeof createRunningStage>>
