import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeploymentState } from '../../src/domain/announce/deployment.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Deployment } from '../../src/ports/forge.ts'
import type { Faults } from '../../src/simulator/loopback/faults.ts'
import { faultOf } from '../adapters/faults.ts'
import type { ForgeWorld } from './forge-world.ts'

/** A forge with deployments, and what people see of them there. */
export interface DeploymentWorld extends Pick<ForgeWorld, 'forge' | 'branch'>, AsyncDisposable {
  /** Oldest first, each with the forge's own words for its states, oldest first. */
  deployments(): readonly { environment: string; commit: string; states: readonly string[] }[]
  /** What the forge calls them. */
  readonly words: Readonly<Record<DeploymentState, string>>
  /** From now on Kedge's account may write none. */
  refuse(): unknown
  /** Somebody else deploys the same commit to an environment. */
  deployByOther(environment: string, commit: string): unknown
  /** Undefined where nothing can be lost on the way. */
  readonly faults?: Faults
}

const ENVIRONMENT = 'prod/shop/web'
const UNKNOWN = { number: undefined, others: [] }

/** What every Forge that has deployments promises. `open` makes a fresh world for each test. */
export function describeForgeDeployment(name: string, open: () => Promise<DeploymentWorld>): void {
  describe(`${name} as a forge with deployments`, () => {
    let world: DeploymentWorld
    let first: Deployment

    beforeEach(async () => {
      world = await open()
      first = {
        environment: ENVIRONMENT,
        commit: (await world.branch('feat/two')) as CommitSha,
        branch: 'feat/two',
        marker: 'a1b2c3',
        state: 'in-progress',
        description: 'shop/web moves to shop:2',
        url: 'https://kedge.example/r',
      }
    })
    afterEach(() => world[Symbol.asyncDispose]())

    const seen = () => world.deployments().map(({ environment, commit, states }) => [environment, commit, states.at(-1)])

    it('makes one deployment, and brings its state up to date', async () => {
      const { number } = await world.forge.deploy(first, UNKNOWN)
      expect(number).toBeTypeOf('number')
      for (const state of ['failed', 'restored'] as const) {
        expect(await world.forge.deploy({ ...first, state, description: state }, { number, others: [] })).toEqual({ number })
        expect(seen()).toEqual([[ENVIRONMENT, first.commit, world.words[state]]])
      }
    })

    it.each(['promoted', 'failed', 'left'] as const)('makes one that is %s by the time it is told of', async (state) => {
      await world.forge.deploy({ ...first, state }, UNKNOWN)
      expect(seen()).toEqual([[ENVIRONMENT, first.commit, world.words[state]]])
    })

    it('says nothing twice', async () => {
      const { number } = await world.forge.deploy({ ...first, state: 'failed' }, UNKNOWN)
      const before = world.deployments()
      for (const known of [number, undefined]) await world.forge.deploy({ ...first, state: 'failed' }, { number: known, others: [] })
      expect(world.deployments()).toEqual(before)
    })

    it('says nothing twice for another link alone: whether a PR was known by then changes nothing of what happened', async () => {
      const { url: _url, ...unlinked } = first
      const { number } = await world.forge.deploy({ ...unlinked, state: 'failed' }, UNKNOWN)
      const before = world.deployments()
      await world.forge.deploy({ ...first, state: 'failed' }, { number, others: [] })
      expect(world.deployments()).toEqual(before)
    })

    it('finds it again where its number is not known any more, and makes no second', async () => {
      const { number } = await world.forge.deploy(first, UNKNOWN)
      expect(await world.forge.deploy({ ...first, state: 'promoted' }, UNKNOWN)).toEqual({ number })
      expect(seen()).toEqual([[ENVIRONMENT, first.commit, world.words.promoted]])
    })

    it('does not take that of somebody else, or of another release, for it', async () => {
      await world.deployByOther(ENVIRONMENT, first.commit)
      const { number } = await world.forge.deploy({ ...first, state: 'failed' }, UNKNOWN)
      const again = await world.forge.deploy({ ...first, marker: 'd4e5f6' }, { number: undefined, others: [number ?? 0] })
      const elsewhere = await world.forge.deploy({ ...first, environment: 'prod/shop/worker' }, UNKNOWN)
      expect(new Set([number, again.number, elsewhere.number]).size).toBe(3)
      expect(world.deployments()).toHaveLength(4)
    })

    it('one that failed and made it after all has made it, and may be tried again before that', async () => {
      const { number } = await world.forge.deploy({ ...first, state: 'failed' }, UNKNOWN)
      const known = { number, others: [] }
      expect(await world.forge.deploy({ ...first, state: 'in-progress', description: 'again' }, known)).toEqual({ number })
      expect(await world.forge.deploy({ ...first, state: 'promoted' }, known)).toEqual({ number })
      expect(seen()).toEqual([[ENVIRONMENT, first.commit, world.words.promoted]])
    })

    it('cuts words that are too long for the forge, and refuses none for it', async () => {
      expect(await world.forge.deploy({ ...first, description: `failed: ${'é'.repeat(400)}` }, UNKNOWN)).toEqual({
        number: expect.any(Number) as number,
      })
    })

    it('says in a sentence why it is refused, and keeps the number of one that is there', async () => {
      const { number } = await world.forge.deploy(first, UNKNOWN)
      await world.refuse()
      const refused = { refusal: expect.stringMatching(/\w+ \w+/) as string }
      expect(await world.forge.deploy({ ...first, state: 'failed' }, { number, others: [] })).toEqual({ number, ...refused })
      expect(await world.forge.deploy({ ...first, environment: 'elsewhere', marker: 'd4e5f6' }, UNKNOWN)).toEqual(refused)
    })

    it('an answer that was lost leaves one deployment, which is found again', async () => {
      if (!world.faults) return
      world.faults.inject({ method: 'POST', path: /\/deployments$/, fault: { kind: 'drop-after' } })
      expect(await faultOf(world.forge.deploy(first, UNKNOWN))).toMatchObject({ code: 'E_FORGE_UNREACHABLE', retryable: true })
      expect(await world.forge.deploy(first, UNKNOWN)).toEqual({ number: expect.any(Number) as number })
      expect(seen()).toEqual([[ENVIRONMENT, first.commit, world.words['in-progress']]])
    })
  })
}
