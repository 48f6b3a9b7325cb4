import type { Policy } from '../../src/domain/policy/policy.ts'
import { REPO, type StagedApplication } from './application.ts'
import { manifest } from './manifest.ts'
import type { AbortOptions, StagedRollout } from './rollout.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

export interface Member {
  name: string
  rollout: StagedRollout
  app: StagedApplication
}

export interface StormStage extends Stage {
  readonly all: readonly Member[]
  /** Brings a tag to all of them, by one commit, or by one for each; their canaries begin. */
  release(tag: string, by: 'one-commit' | 'own-commits'): Promise<void>
  /** Aborts these, at once or with a pause in between. */
  abort(members: readonly Member[], options?: AbortOptions, pauseMs?: number): Promise<void>
  /** Another version of each takes the place of what failed, and makes it. */
  fixForward(tag: string, members?: readonly Member[]): Promise<void>
  /** A person releases the newest storm. */
  letGo(): Promise<string>
}

/** What the policy says of one Rollout, by its name. */
export function byName(say: (name: string) => Partial<Policy>): StageOptions {
  return {
    wrap: (environment) => ({
      ...environment,
      policyFor: (rollout, application, now) => ({ ...environment.policyFor(rollout, application, now), ...say(rollout.name) }),
    }),
  }
}

/** Everything that the channels show, one line a card. */
export function shown(stage: Stage): readonly string[] {
  return stage.cards().map(({ ref, card }) => [ref.channel, card.title, ...card.evidence, card.outcome].join(' | '))
}

export function openPulls(stage: Stage): readonly string[] {
  return stage.pulls().flatMap(({ state, title }) => (state === 'open' ? [title] : []))
}

/** How storms stand, with how many Rollouts. */
export function storms(stage: Stage): readonly string[] {
  return stage.ledger.storms({}).map(({ key, state }) => `${state} ${stage.ledger.releasesOfStorm(key).length}`)
}

/** So many Rollouts of one repository, each in its own Application and folder, where v1 runs and Kedge has seen it. */
export async function createStormStage(many: number, options: StageOptions = {}): Promise<StormStage> {
  const stage = await createStage(options)
  const all = Array.from({ length: many }, (_, at): Member => {
    const name = `app-${at}`
    const rollout = stage.addRollout({ name, uid: name, application: name })
    const sources = [{ repoURL: REPO, targetRevision: 'main', path: `apps/${name}` }]
    return { name, rollout, app: stage.addApplication({ name, rollouts: [rollout], sources }) }
  })
  const fileOf = ({ name }: Member, tag: string) => ({ [`apps/${name}/rollout.yaml`]: manifest(tag, name) })
  const first = stage.commit(Object.assign({}, ...all.map((one) => fileOf(one, 'v1'))), 'v1')
  for (const { rollout, app } of all) {
    app.sync(first)
    rollout.healthy('v1')
  }
  await stage.start()
  await stage.advance(MINUTE)
  return Object.assign(stage, {
    all,
    async release(tag: string, by: 'one-commit' | 'own-commits'): Promise<void> {
      const shared = by === 'one-commit' ? stage.commit(Object.assign({}, ...all.map((one) => fileOf(one, tag))), tag) : undefined
      for (const one of all) {
        one.app.sync(shared ?? stage.commit(fileOf(one, tag), `${one.name} ${tag}`))
        one.rollout.canary(tag)
      }
      await stage.show()
      await stage.advance(10_000)
    },
    async abort(members: readonly Member[], given: AbortOptions = {}, pauseMs = 0): Promise<void> {
      for (const { rollout } of members) {
        rollout.abort(given)
        if (pauseMs === 0) continue
        await stage.show()
        await stage.advance(pauseMs)
      }
      await stage.show()
      await stage.advance(5_000)
    },
    async fixForward(tag: string, members: readonly Member[] = all): Promise<void> {
      for (const one of members) {
        one.app.sync(stage.commit(fileOf(one, tag), `${one.name} ${tag}`))
        one.rollout.canary(tag)
        await stage.show()
        await stage.advance(10_000)
        one.rollout.healthy(tag)
      }
      await stage.show()
      await stage.advance(MINUTE)
    },
    async letGo(): Promise<string> {
      const result = await stage.controller.releaseStorm(stage.ledger.storms({})[0]?.key ?? '', 'ada')
      await stage.idle()
      return result
    },
  })
}
